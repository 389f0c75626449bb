import assert from "node:assert/strict";
import {it} from "node:test";
import {examine} from "./lib.mjs";
import {fits_everywhere} from "./screens.mjs";

export function settings_tests(world) {
  it("examines the installation for an admin", async () => {
    const {page} = world.cleo;
    await page.goto("/app/settings");
    await page.getByRole("button", {name: "Look now"}).click();
    await page.getByText(/things? (is|are) as (it|they) should be/).waitFor();
    await examine(page, "settings");
    await fits_everywhere(page, "/app/settings", "carillon.yaml");
  });

  it("keeps what somebody chose for this browser", async () => {
    const {page} = world.ana;
    await page.goto("/app/settings");
    assert.equal(await page.getByRole("region", {name: "Examination"}).count(), 0);
    await page.getByLabel("Dark").check();
    await page.getByLabel("Single letters are shortcuts").uncheck();
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await page.getByRole("heading", {name: "Settings", level: 1}).waitFor();
    await page.keyboard.press("?");
    assert.equal(await page.getByRole("dialog").count(), 0);
    await page.getByLabel("Single letters are shortcuts").check();
    await page.getByLabel("As the system").check();
    await page.keyboard.press("?");
    await page.getByRole("dialog", {name: "Keyboard"}).waitFor();
    await page.keyboard.press("Escape");
  });
}
