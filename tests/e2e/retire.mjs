import assert from "node:assert/strict";
import {mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {before, it} from "node:test";
import {api, examine, findings} from "./lib.mjs";
import {fits_everywhere} from "./screens.mjs";

// A tiny archive, as X gives it out.
export function import_archive(site) {
  const data = join(site.dir, "archive", "data");
  mkdirSync(data, {recursive: true});
  writeFileSync(join(data, "manifest.js"), `window.__THAR_CONFIG = {"userInfo" : {"accountId" : "7",
    "userName" : "teahouse"}, "archiveInfo" : {"generationDate" : "2026-11-20T00:00:00.000Z",
    "isPartialArchive" : false}}\n`);
  writeFileSync(join(data, "tweets.js"), `window.YTD.tweets.part0 = [ {"tweet" : {
    "id_str" : "1500000000000000001", "lang" : "en", "created_at" : "Sun Mar 06 12:00:00 +0000 2022",
    "full_text" : "We ring at noon"}} ]\n`);
  site.run("archive", "import", "archive");
}

export function retire_tests(world) {
  before(() => import_archive(world.site));

  it("finds what was said before", async () => {
    const {page} = world.ana;
    await page.goto("/app/retire");
    await page.getByText("No channel is being left.").waitFor();
    await page.getByLabel("Words in posts that were imported").fill("noon");
    await page.getByRole("button", {name: "Search"}).click();
    await page.getByText("We ring at noon").waitFor();
    await page.getByText("1 post, the newest first.").waitFor();
    await examine(page, "a search in the archive");
    await page.getByLabel("Words in posts that were imported").fill("midnight");
    await page.getByRole("button", {name: "Search"}).click();
    await page.getByText("No post has all of these words.").waitFor();
    assert.equal(await page.getByRole("button", {name: "Make a plan"}).count(), 0);
  });

  it("records a decision and makes a plan from where a channel leads", async () => {
    const {page} = world.cleo;
    await page.goto("/app/channels/x");
    await page.getByLabel("What it is for").selectOption("reserved");
    await page.getByRole("link", {name: "Record a decision and make a plan"}).click();
    await page.getByText("x is to become: Reserved.").waitFor();
    await page.getByRole("button", {name: "Record a decision"}).click();
    const decision = page.getByRole("dialog", {name: "Record a decision"});
    // The list of channels comes a moment later.
    await decision.locator("option", {hasText: "x"}).first().waitFor({state: "attached"});
    assert.equal(await decision.getByLabel("The channel").inputValue(), "x");
    await decision.getByLabel("What was decided").fill("Leave X, keep the name");
    await decision.getByLabel("Which body decided").fill("Bell council");
    assert.deepEqual(await findings(page), []);
    await decision.getByRole("button", {name: "Save"}).click();
    await page.getByText("Leave X, keep the name").waitFor();
    await page.getByRole("button", {name: "Make a plan"}).click();
    await page.getByRole("dialog").getByRole("button", {name: "Make the plan"}).click();
    await page.waitForURL("**/app/retire/x");
    await page.getByRole("heading", {name: "x becomes: Reserved", level: 1}).waitFor();
    await examine(page, "a plan");
  });

  it("goes on with a plan, and settles a step by what a person says", async () => {
    const {page} = world.cleo;
    const steps = async () => (await api(world.cleo, "GET", "/retirements?channel=x"))[0].steps;
    await page.goto("/app/retire/x");
    await page.getByRole("button", {name: "Go on"}).click();
    await page.getByText(/It waits for somebody/).waitFor();
    const open = (await steps()).find((one) => one.state === "open");
    const current = page.locator("[aria-current=step]");
    await current.getByRole("heading", {name: open.title}).waitFor();
    // What nobody may leave out is refused in words, and what was typed stays.
    await current.getByRole("button", {name: "Leave it out"}).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why it is left out").fill("We try it here.");
    assert.deepEqual(await findings(page), []);
    await dialog.getByRole("button", {name: "Leave it out"}).click();
    await dialog.getByText("this step cannot be left out").waitFor();
    assert.equal(await dialog.getByLabel("Why it is left out").inputValue(), "We try it here.");
    await dialog.getByRole("button", {name: "Cancel"}).click();
    await current.getByRole("button", {name: "It is done"}).click();
    await dialog.getByLabel("How others can see that").fill("Asked on the list.");
    await dialog.getByRole("button", {name: "It is done"}).click();
    await page.getByText("Asked on the list.").waitFor();
    const after = (await steps()).find((one) => one.key === open.key);
    assert.equal(after.state, "done");
    assert.match(after.proof, /^Asked on the list\./);
    await fits_everywhere(page, "/app/retire/x", "Asked on the list.");
    await fits_everywhere(page, "/app/retire", "Leave X, keep the name");
  });
}
