import assert from "node:assert/strict";
import {before, it} from "node:test";
import {api, examine, findings} from "./lib.mjs";
import {fits_everywhere} from "./screens.mjs";

// Somebody without an account proposes; the form is sent again until it is no longer too quick.
export async function propose(site, fields) {
  const page = await (await fetch(`${site.address}/propose`)).text();
  const token = /name="token" value="([^"]*)"/.exec(page)[1];
  const body = new URLSearchParams({token, ...fields});
  let said;
  do {
    const reply = await fetch(`${site.address}/propose`, {method: "POST", body, redirect: "manual"});
    said = {status: reply.status, text: await reply.text()};
  } while (/quicker than people write/.test(said.text));
  assert.equal(said.status, 303, said.text);
}

export function proposals_tests(world) {
  const open = async (page, words) => {
    await page.goto("/app/proposals");
    await page.getByRole("link", {name: words}).click();
    await page.getByRole("heading", {name: "A proposal", level: 1}).waitFor();
  };

  before(async () => {
    await propose(world.site, {text: "A concert of hand bells\n\nIn the tower, by candle light.",
      link: "https://bells.example.org/concert", audience: "Everybody who likes quiet sounds",
      date: "Before Christmas", name: "Petra with rather a long name that goes on", contact: "p@example.org"});
    await propose(world.site, {text: "Our cousins sell carpets"});
    await propose(world.site, {text: "Cheap pills"});
  });

  it("lists what waits, by state", async () => {
    const {page} = world.ben;
    await page.goto("/app/proposals");
    await page.getByText("3 proposals, the newest first.").waitFor();
    await examine(page, "proposals");
    await page.getByRole("link", {name: "Declined"}).click();
    await page.getByText("There is none.").waitFor();
    await fits_everywhere(page, "/app/proposals", "A concert of hand bells");
  });

  it("takes one into a draft on the desk", async () => {
    const {page} = world.ben;
    await open(page, "A concert of hand bells");
    await page.getByText("In the tower, by candle light.").waitFor();
    await page.getByText("p@example.org").waitFor();
    await examine(page, "a proposal");
    await page.getByRole("button", {name: "Take it into a draft"}).click();
    await page.waitForURL(/\/app\/draft\/\w+/);
    const id = page.url().split("/").at(-1);
    const draft = await api(world.ben, "GET", `/drafts/${id}`);
    assert.match(draft.text, /A concert of hand bells/);
    assert.match(draft.text, /by candle light/);
    await page.goto("/app/proposals?state=taken");
    await page.getByRole("link", {name: "A concert of hand bells"}).waitFor();
  });

  it("declines with a reason, and deletes spam", async () => {
    const {page} = world.ben;
    await open(page, "Our cousins sell carpets");
    await page.getByRole("button", {name: "Decline"}).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", {name: "Decline"}).click();
    await dialog.getByText("This is missing.").waitFor();
    assert.deepEqual(await findings(page), []);
    await dialog.getByLabel("Why").fill("We announce only what concerns bells.");
    await dialog.getByRole("button", {name: "Decline"}).click();
    await page.getByText("We announce only what concerns bells.").waitFor();
    await open(page, "Cheap pills");
    await page.getByRole("button", {name: "Delete as spam"}).click();
    await page.getByRole("dialog").getByRole("button", {name: "Delete as spam"}).click();
    await page.waitForURL("**/app/proposals");
    await page.getByText("No proposal waits.").waitFor();
    assert.equal((await api(world.ben, "GET", "/proposals")).length, 2);
    await examine(page, "no proposals");
  });

  it("lets authors read, not decide", async () => {
    const {page} = world.ana;
    await page.goto("/app/proposals?state=declined");
    await page.getByRole("link", {name: "Our cousins sell carpets"}).click();
    await page.getByText("We announce only what concerns bells.").waitFor();
    assert.equal(await page.getByRole("button", {name: "Delete as spam"}).count(), 0);
  });
}
