import assert from "node:assert/strict";
import {it} from "node:test";
import {api, examine, findings} from "./lib.mjs";
import {fits_everywhere} from "./screens.mjs";

export function people_tests(world) {
  const row = (page, name) => page.getByRole("listitem")
    .filter({has: page.getByRole("heading", {name, exact: false})});

  it("invites somebody with a link that is copied", async () => {
    const {page, context} = world.cleo;
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto("/app/people");
    await row(page, "Cleo").getByText("Admin").waitFor();
    await page.getByRole("button", {name: "Invite somebody"}).click();
    const form = page.getByRole("dialog", {name: "Invite somebody"});
    await form.getByLabel("E-mail address").fill("dora@example.org");
    await form.getByLabel("Role").selectOption("editor");
    assert.deepEqual(await findings(page), []);
    await form.getByRole("button", {name: "Make the link"}).click();
    const shown = page.getByRole("dialog", {name: /A link for dora@example.org/});
    const link = await shown.getByLabel("The link").inputValue();
    assert.match(link, /\/welcome\/[\w-]+$/);
    await shown.getByRole("button", {name: "Copy"}).click();
    await shown.getByRole("button", {name: "Copied"}).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    assert.deepEqual(await findings(page), []);
    await page.keyboard.press("Escape");
    await row(page, "dora@example.org").getByText("Has not come yet").waitFor();
    await examine(page, "people");
    await fits_everywhere(page, "/app/people", "dora@example.org");
  });

  it("shows an author who is here, and nobody's address", async () => {
    const {page} = world.dan;
    await page.goto("/app/people");
    await row(page, "Ben").getByText("Editor").waitFor();
    assert.equal(await page.getByText("Ben@example.org").count(), 0);
    assert.equal(await page.getByText("Change", {exact: true}).count(), 0);
  });

  it("changes a role, ends and brings back, and removes", async () => {
    const {page} = world.cleo;
    await page.goto("/app/people");
    const dan = row(page, "Dan");
    const standing = async () =>
      (await api(world.cleo, "GET", "/people")).find((one) => one.name === "Dan").standing;
    await dan.getByText("Change", {exact: true}).click();
    await dan.getByRole("button", {name: "End the membership"}).click();
    await page.getByRole("dialog").getByRole("button", {name: "End the membership"}).click();
    await page.getByText("The membership of Dan has ended.").waitFor();
    assert.equal(await standing(), "ended");
    await dan.getByRole("button", {name: "Bring back"}).click();
    await page.getByRole("dialog").getByRole("button", {name: "Bring back"}).click();
    await page.getByText("Dan is back.").waitFor();
    assert.equal(await standing(), "active");
    const dora = row(page, "dora@example.org");
    await dora.getByText("Change", {exact: true}).click();
    await dora.getByRole("button", {name: "Change the role"}).click();
    await page.getByRole("dialog").getByLabel("Role").selectOption("member");
    await page.getByRole("dialog").getByRole("button", {name: "Save"}).click();
    await dora.getByText("Member").first().waitFor();
    await dora.getByRole("button", {name: "Remove"}).click();
    await page.getByRole("dialog").getByRole("button", {name: "Remove"}).click();
    await page.getByText("Removed: dora@example.org.").waitFor();
    await dora.waitFor({state: "detached"});
  });

  it("leaves the last admin as they are, and says why", async () => {
    const {page} = world.cleo;
    await page.goto("/app/people");
    const cleo = row(page, "Cleo");
    await cleo.getByText("Change", {exact: true}).click();
    await cleo.getByRole("button", {name: "Remove"}).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", {name: "Remove"}).click();
    await dialog.getByRole("alert").getByText(/last admin|only admin/).waitFor();
    await page.keyboard.press("Escape");
    await cleo.waitFor();
  });

  it("makes a token that is shown once and works, and ends it", async () => {
    const {page} = world.cleo;
    await page.goto("/app/access");
    await page.getByText("This one").waitFor();
    await page.getByText("No program acts for you.").waitFor();
    await page.getByRole("button", {name: "New token"}).click();
    const form = page.getByRole("dialog", {name: "New token"});
    await form.getByLabel("What it is for").fill("release script");
    await form.getByLabel("The most it may do").selectOption("author");
    assert.deepEqual(await findings(page), []);
    await form.getByRole("button", {name: "Make it"}).click();
    const shown = page.getByRole("dialog", {name: "The token: release script"});
    const token = await shown.getByLabel("The token").inputValue();
    const asked = () => fetch(`${world.site.address}/api/v1/session`,
      {headers: {Authorization: `Bearer ${token}`}});
    assert.equal((await asked()).status, 200);
    await page.keyboard.press("Escape");
    await shown.waitFor({state: "detached"});
    assert.ok(!(await page.content()).includes(token));
    await examine(page, "sessions and tokens");
    await fits_everywhere(page, "/app/access", "release script");
    await page.getByRole("button", {name: "End the token: release script"}).click();
    await page.getByRole("dialog").getByRole("button", {name: "End"}).click();
    await page.getByText("No program acts for you.").waitFor();
    assert.equal((await asked()).status, 401);
  });
}
