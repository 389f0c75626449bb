import assert from "node:assert/strict";
import {join} from "node:path";
import {before, it} from "node:test";
import {DatabaseSync} from "node:sqlite";
import {api, examine} from "./lib.mjs";
import {fits_everywhere} from "./screens.mjs";

// Turns the account on, with replies as the inbox keeps what another server sent; the real thing is
// sent by tests/federation/fedify.sh.
export async function arrive(site, who) {
  const db = new DatabaseSync(join(site.dir, "data", "carillon.db"));
  const keep = db.prepare("insert into fedi_reaction (id, kind, actor, post, uri, content, made) " +
    "values (?, 'reply', ?, 'https://tea.example/posts/tea/', ?, ?, ?)");
  const words = ["Is there cake?", "<b>Bold</b> & long: " + "bells ".repeat(60),
    "A word that goes on: " + "x".repeat(200)];
  words.forEach((text, i) => keep.run(`reply${i}`, `https://a.example/users/u${i}`,
    `https://a.example/notes/${i}`, text, 1_795_515_723_000_000 + i));
  db.prepare("insert into fedi_actor (id, key_id, key_pem, inbox, shared_inbox, host, read, name) " +
    "values ('https://a.example/users/u2', 'https://a.example/users/u2#k', 'none', " +
    "'https://a.example/inbox', '', 'a.example', 1, 'u2')").run();
  db.prepare("insert into fedi_report (id, actor, host, words, about, made, person, seen) " +
    "values ('r1', 'https://b.example/actor', 'b.example', 'Rude', 'https://tea.example/', " +
    "1795515723000000, '', 0)").run();
  db.close();
  site.run("channel", "set", "home", "handle=news");
  // The server reads its configuration anew in a moment.
  while (!(await who.page.request.get("/api/v1/home/replies")).ok());
}

export function replies_tests(world) {
  before(() => arrive(world.site, world.ben));

  it("says on the first screen that there are some, and lists them as plain text", async () => {
    const {page} = world.ben;
    await page.goto("/app");
    await page.getByText(/3 replies that nobody has seen/i).waitFor();
    await page.getByRole("link", {name: "To the replies"}).first().click();
    await page.getByText("3 replies, the newest first.").waitFor();
    await page.getByText("<b>Bold</b> & long", {exact: false}).waitFor();
    await examine(page, "replies");
    await fits_everywhere(page, "/app/replies", "Is there cake?");
  });

  it("is worked through: who said what becomes of one", async () => {
    const {ana, ben} = world;
    await ana.page.goto("/app/replies");
    const cake = ana.page.locator(".card", {hasText: "Is there cake?"});
    await cake.getByRole("button", {name: "It is answered"}).click();
    await cake.waitFor({state: "detached"});
    await ana.page.locator(".card", {hasText: "Bold"}).getByRole("button", {name: "Leave it alone"})
      .click();
    await ana.page.getByText("1 reply, the newest first.").waitFor();
    assert.equal(await ana.page.getByRole("heading", {name: "Reported by other servers"}).count(), 0);
    await ben.page.goto("/app/replies?state=answered");
    await ben.page.getByText("So said Ana,").waitFor();
    await examine(ben.page, "answered replies");
    assert.deepEqual((await api(ben, "GET", "/home/replies")).map((one) => one.state),
      ["unseen", "left_alone", "answered"]);
  });

  it("answers where the reply stands, and the reply is answered then", async () => {
    const {page} = world.ben;
    await page.goto("/app/replies");
    const card = page.locator(".card", {hasText: "A word that goes on"});
    await card.getByText("Answer", {exact: true}).click();
    const text = card.getByLabel("Your answer");
    await text.fill("There is *cake*.");
    await examine(page, "a reply that is answered");
    await card.getByRole("button", {name: "Send the answer"}).click();
    await page.getByText("The answer is on its way.").waitFor();
    await card.waitFor({state: "detached"});
    const replies = await api(world.ben, "GET", "/home/replies");
    const answered = replies.find((one) => one.text.startsWith("A word"));
    assert.equal(answered.state, "answered");
    assert.equal(answered.person, "Ben");
  });

  it("shows editors what was reported, until somebody looked into it", async () => {
    const {page} = world.ben;
    await page.goto("/app/replies");
    const report = page.locator(".card", {hasText: "Rude"});
    await report.getByRole("button", {name: "I looked into it"}).click();
    await report.waitFor({state: "detached"});
    assert.equal((await api(world.ben, "GET", "/home/reports")).length, 0);
  });
}
