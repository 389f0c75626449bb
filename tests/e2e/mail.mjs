import assert from "node:assert/strict";
import {appendFileSync} from "node:fs";
import {join} from "node:path";
import {it} from "node:test";
import {examine, findings} from "./lib.mjs";

export function mail_tests(world) {
  it("lets everybody choose where and about what they are written to", async () => {
    const {page} = world.ana;
    await page.goto("/account");
    assert.equal(await page.getByRole("heading", {name: "Mail"}).count(), 0);
    appendFileSync(join(world.site.dir, "carillon.yaml"),
      "mail:\n  server: smtp://127.0.0.1:1\n  from: news@tea.example\n");
    await assert.doesNotReject(async () => {
      do await page.goto("/account");
      while (await page.getByRole("heading", {name: "Mail"}).count() === 0);
    });
    await examine(page, "account");
    await page.getByLabel("Your address").fill("ana@tea.example");
    await page.getByRole("button", {name: "Send me a link"}).click();
    await page.getByText("A link is on its way to that address").waitFor();
    await page.getByLabel("When a text waits for your approval").uncheck();
    await page.getByRole("button", {name: "Keep this choice"}).click();
    await page.getByText("Your choice is kept").waitFor();
    assert.ok(!await page.getByLabel("When a text waits for your approval").isChecked());
    assert.ok(await page.getByLabel("When your membership is about to lapse").isChecked());
    await examine(page, "account with an address");
    await page.getByRole("button", {name: "Forget the address"}).click();
    await page.getByText("You are written to nowhere").waitFor();
  });

  it("offers to write to who is invited", async () => {
    const {page} = world.cleo;
    await page.goto("/app/people");
    await page.getByRole("button", {name: "Invite somebody"}).click();
    const form = page.getByRole("dialog", {name: "Invite somebody"});
    await form.getByLabel("E-mail address").fill("emil@example.org");
    assert.ok(await form.getByLabel("Send the link to that address").isChecked());
    assert.deepEqual(await findings(page), []);
    await form.getByRole("button", {name: "Make the link"}).click();
    await page.getByRole("dialog", {name: /A link for emil/}).getByText("It is on its way to " +
      "emil@example.org").waitFor();
    assert.deepEqual(await findings(page), []);
  });
}
