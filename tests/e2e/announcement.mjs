import assert from "node:assert/strict";
import {it} from "node:test";
import {post} from "./demo.mjs";
import {api, examine, findings} from "./lib.mjs";

export function announcement_tests(world) {
  it("lists the drafts, those that are done apart", async () => {
    const {ana} = world;
    const {page} = ana;
    await api(ana, "POST", "/drafts", {text: post({title: "Sugar", kind: "event"}, "Two lumps.")});
    await page.goto("/app/drafts");
    await page.getByRole("link", {name: "Sugar"}).waitFor();
    assert.equal(await page.getByRole("link", {name: "Bells at noon"}).count(), 0);
    await examine(page, "the drafts");
    await page.getByRole("button", {name: "All", exact: true}).click();
    await page.getByRole("link", {name: "Bells at noon"}).waitFor();
    await page.getByRole("link", {name: "Sugar"}).click();
    await page.getByRole("heading", {name: "Sugar", level: 1}).waitFor();
  });

  it("shows each delivery, what needs a person first, and takes a person's word", async () => {
    const {ana, ben} = world;
    const draft = await api(ben, "POST", "/drafts", {text: post({title: "Spoons",
      channels: ["home", "practice", "x"]}, "Bring a spoon.")});
    await api(ben, "POST", `/drafts/${draft.id}/publication`, {});
    const {page} = ben;
    await page.goto("/app/announcement/spoons");
    const rows = page.getByRole("region", {name: "Deliveries"}).getByRole("listitem");
    await page.getByText("Published", {exact: true}).nth(1).waitFor();
    const by_hand = rows.first();
    await by_hand.getByRole("heading", {name: "x", exact: true}).waitFor();
    await by_hand.getByText("Bring a spoon.").waitFor();
    await examine(page, "an announcement");
    await by_hand.getByRole("button", {name: "It is there"}).click();
    const dialog = page.getByRole("dialog", {name: "It is there"});
    assert.deepEqual(await findings(page), []);
    await dialog.getByLabel("The address of the post").fill("https://x.example/teahouse/1");
    await dialog.getByRole("button", {name: "Note it"}).click();
    await page.getByRole("link", {name: "https://x.example/teahouse/1"}).waitFor();
    // An author sees it, without the buttons.
    await ana.page.goto("/app/announcement/spoons");
    await ana.page.getByRole("link", {name: "https://x.example/teahouse/1"}).waitFor();
    assert.equal(await ana.page.getByRole("button", {name: "It is there"}).count(), 0);
  });

  it("holds what is published at once for ten seconds, and takes it back", async () => {
    const {ben} = world;
    const {page} = ben;
    const draft = await api(ben, "POST", "/drafts", {text: post({title: "Saucers",
      channels: ["home", "practice"]}, "Under each cup.")});
    const publish = async () => {
      await page.goto(`/app/draft/${draft.id}`);
      await page.getByRole("button", {name: "Publish…"}).click();
      const dialog = page.getByRole("dialog", {name: "Publish now"});
      await dialog.getByText("For ten seconds you can undo it.").waitFor();
      await dialog.getByRole("button", {name: "Publish now"}).click();
      await page.waitForURL("**/app/announcement/saucers");
    };
    await publish();
    const held = page.getByRole("region", {name: "Not gone yet"});
    await held.waitFor();
    assert.deepEqual(await findings(page), []);
    await page.getByText(/It goes out in \d+ seconds. The button Undo takes it back./).waitFor({state: "attached"});
    await held.getByRole("button", {name: "Undo"}).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/app/draft/${draft.id}`);
    await page.getByText("Taken back: nothing was sent.").waitFor();
    const back = await api(ben, "GET", `/drafts/${draft.id}`);
    assert.notEqual(back.state, "published");
    assert.equal(back.announcement, "");
    const gone = await ben.context.request.get("/api/v1/announcements/saucers");
    assert.equal(gone.status(), 404);
    // Left alone it goes out.
    await publish();
    await page.getByText("Published", {exact: true}).nth(1).waitFor();
    await held.waitFor({state: "detached"});
    const late = await ben.context.request.post("/api/v1/announcements/saucers/withdrawal",
      {headers: {"X-CSRF": (await api(ben, "GET", "/session")).csrf}, data: {}});
    assert.equal(late.status(), 409);
  });

  it("hears of what others do, without being asked", async () => {
    const {ana, ben} = world;
    await ben.page.goto("/app");
    await ben.page.getByRole("heading", {name: "Today", level: 1}).waitFor();
    const draft = await api(ana, "POST", "/drafts", {text: post({title: "News"}, "Now.")});
    await api(ana, "POST", `/drafts/${draft.id}/requests`, {});
    await ben.page.getByText("Ana asks to approve “News”.")
      .waitFor({timeout: 15_000});  // sooner than asking by the clock would show it
  });
}
