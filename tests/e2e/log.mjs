import assert from "node:assert/strict";
import {it} from "node:test";
import {api, examine} from "./lib.mjs";
import {post} from "./demo.mjs";
import {fits_everywhere} from "./screens.mjs";

export function log_tests(world) {
  it("shows who did what, by kind and person, page by page", async () => {
    const {ana, ben} = world;
    for (let i = 0; i < 60; ++i)
      await api(ana, "POST", "/drafts", {text: post({title: `Leaf ${i}`}, "It falls.")});
    const {page} = ben;
    await page.goto("/app/log?kind=draft&person=Ana");
    const lines = page.locator(".lines").first().getByRole("listitem");
    await lines.nth(49).waitFor();
    assert.match(await lines.first().innerText(), /^Ana .*“?"?Leaf 59/);
    assert.equal(await lines.count(), 50);
    await page.getByRole("button", {name: "Show earlier ones"}).click();
    await lines.nth(59).waitFor();
    await examine(page, "the audit log");
    await page.getByLabel("What it is about").selectOption("person");
    await page.getByText("Nothing like this happened.").or(lines.first()).first().waitFor();
    assert.match(page.url(), /kind=person&person=Ana/);
    await page.getByLabel("Who did it").fill("Nobody");
    await page.getByRole("button", {name: "Show", exact: true}).click();
    await page.getByText("Nothing like this happened.").waitFor();
  });

  it("says whether the chain is whole", async () => {
    const {page} = world.ben;
    await page.goto("/app/log");
    await page.getByRole("button", {name: "Check that it is whole"}).click();
    await page.getByText(/It is whole: \d+ events/).waitFor();
    assert.match(await page.getByLabel("The last link of the chain").inputValue(), /^[0-9a-f:]+$/);
    await examine(page, "the chain");
    await fits_everywhere(page, "/app/log", "Ana");
  });

  it("is not for authors", async () => {
    const {page} = world.ana;
    await page.goto("/app/log");
    await page.getByRole("heading", {level: 1}).waitFor();
    assert.equal(await page.locator(".log-filter").count(), 0);
  });
}
