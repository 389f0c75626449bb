import assert from "node:assert/strict";
import {before, it} from "node:test";
import {api, examine, findings} from "./lib.mjs";
import {fits_everywhere} from "./screens.mjs";

export function channels_tests(world) {
  const row = (page, name) => page.getByRole("listitem")
    .filter({has: page.getByRole("heading", {name, exact: true})});
  const section = (page, name) => page.getByRole("region", {name});

  before(() => api(world.cleo, "POST", "/channels", {platform: "webhook", name: "hook",
    set: ["target=https://receiver.example.org/hook"]}));

  it("lists channels with their use, and asks their servers when an admin says so", async () => {
    const {page} = world.cleo;
    await page.goto("/app/channels");
    await row(page, "practice").getByText("In use").waitFor();
    await row(page, "home").getByText("Home", {exact: true}).waitFor();
    await page.getByRole("button", {name: "Check all now"}).click();
    await row(page, "practice").getByText("Works").waitFor();
    await examine(page, "channels");
    await fits_everywhere(page, "/app/channels", "practice");
  });

  it("adds a channel by the form of its platform, and checks it at once", async () => {
    const {page} = world.cleo;
    await page.goto("/app/channels");
    await page.getByRole("link", {name: "Add a channel"}).click();
    const platforms = section(page, "On which platform?");
    assert.equal(await platforms.getByRole("link", {name: /^Home/}).count(), 0);
    await examine(page, "the platforms of a new channel");
    await platforms.getByRole("link", {name: /^By hand/}).click();
    const form = section(page, "By hand");
    await form.getByLabel("What it is called here").fill("Club!");
    await form.getByLabel("Counts as").selectOption("linkedin");
    await form.getByLabel("Its public address").fill("https://www.linkedin.com/company/club");
    await form.getByRole("button", {name: "Add the channel"}).click();
    await form.getByRole("alert").waitFor();
    await form.getByLabel("What it is called here").fill("club");
    assert.equal(await form.getByLabel("Counts as").inputValue(), "linkedin");
    await examine(page, "the form of a new channel");
    await form.getByRole("button", {name: "Add the channel"}).click();
    await page.waitForURL("**/app/channels/club");
    await section(page, "Health").getByText("Works").waitFor();
    await section(page, "How it is connected").getByText("agree on who looks at Today").waitFor();
    assert.equal((await api(world.cleo, "GET", "/channels/club")).settings.rules, "linkedin");
    await fits_everywhere(page, "/app/add-channel?platform=manual", "By hand");
  });

  it("keeps the secret of a new channel sealed", async () => {
    const {page} = world.cleo;
    await page.goto("/app/add-channel?platform=webhook");
    const form = section(page, "Webhook");
    await form.getByLabel("What it is called here").fill("bridge");
    await form.getByLabel("Address that receives").fill("https://receiver.example.org/bridge");
    await form.getByLabel("Secret that signs each announcement").fill("nobody-sees-this");
    await form.getByText("More settings").click();
    await form.getByLabel("The receiver ignores an Idempotency-Key").check();
    await form.getByRole("button", {name: "Add the channel"}).click();
    await page.waitForURL("**/app/channels/bridge");
    await section(page, "Health").getByText("Works").waitFor();
    await section(page, "Secrets").getByText(/^Entered/).waitFor();
    assert.ok(!(await page.content()).includes("nobody-sees-this"));
    const {settings} = await api(world.cleo, "GET", "/channels/bridge");
    assert.deepEqual(settings,
      {target: "https://receiver.example.org/bridge", deduplicates: true});
  });

  it("shows one channel and changes a setting of it", async () => {
    const {page} = world.cleo;
    await page.goto("/app/channels");
    await page.getByRole("link", {name: "practice"}).click();
    await page.getByRole("heading", {name: "practice", level: 1}).waitFor();
    await section(page, "Settings").getByRole("button", {name: "Change the settings"}).click();
    const dialog = page.getByRole("dialog", {name: "Change the settings"});
    assert.deepEqual(await findings(page), []);
    await dialog.getByLabel("Its name").fill("lenght");
    await dialog.getByLabel("Its value").fill("300");
    await dialog.getByRole("button", {name: "Save"}).click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel("Its name").fill("length");
    await dialog.getByRole("button", {name: "Save"}).click();
    await page.getByText("Saved: practice.").waitFor();
    await section(page, "Settings").getByText("300").waitFor();
    assert.equal((await api(world.cleo, "GET", "/channels/practice")).settings.length, 300);
  });

  it("ends a channel only by a decision", async () => {
    const {page} = world.cleo;
    await page.goto("/app/channels/x");
    const use = section(page, "Use");
    await use.getByLabel("What it is for").selectOption("reserved");
    await use.getByText("No decision says that this channel becomes: Reserved.").waitFor();
    await use.getByRole("button", {name: "Save"}).click();
    await use.getByText("x becomes reserved only by a decision").waitFor();
    assert.equal((await api(world.cleo, "GET", "/channels/x")).use, "broadcast");
    await use.getByLabel("What it is for").selectOption("broadcast");
    await use.getByLabel("Readers see it in the list of official channels").uncheck();
    await use.getByRole("button", {name: "Save"}).click();
    await page.getByText("Not listed").waitFor();
    assert.equal((await api(world.cleo, "GET", "/channels/x")).listed, false);
    await use.getByLabel("Readers see it in the list of official channels").check();
    await use.getByRole("button", {name: "Save"}).click();
    await page.getByText("Not listed").waitFor({state: "detached"});
  });

  it("seals a secret, and never shows it", async () => {
    const {page} = world.cleo;
    await page.goto("/app/channels/hook");
    const secrets = section(page, "Secrets");
    await secrets.getByText("Not entered yet").waitFor();
    await secrets.getByRole("button", {name: /^Enter/}).click();
    const dialog = page.getByRole("dialog");
    assert.deepEqual(await findings(page), []);
    await dialog.locator("input[type=password]").fill("a-word-nobody-reads");
    await dialog.getByRole("button", {name: "Keep it sealed"}).click();
    await page.getByText("It is kept sealed. Check the channel now.").waitFor();
    await secrets.getByText(/^Entered/).waitFor();
    assert.ok(!(await page.content()).includes("a-word-nobody-reads"));
    await examine(page, "a channel with secrets");
  });

  it("tells of a secret that runs out, and no longer once there is a new one", async () => {
    const {page} = world.cleo;
    const soon = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    await api(world.cleo, "PATCH", "/channels/hook", {expires: soon});
    await page.goto("/app");
    const item = page.getByRole("listitem").filter({hasText: "The credential of hook works until"});
    await item.getByText("Runs out").waitFor();
    await item.getByRole("link", {name: "To the channel"}).click();
    const secrets = section(page, "Secrets");
    await secrets.getByText(/The credential of hook works until .*enter it here/).waitFor();
    await examine(page, "a channel whose secret runs out");
    assert.ok((await api(world.cleo, "GET", "/doctor")).some((one) => one.health === "warning" &&
      one.part === "channel hook" && one.message.startsWith("the credential of hook works until")));
    await secrets.getByRole("button", {name: /^Enter anew/}).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Secret that signs each announcement").fill("another-word");
    await dialog.getByRole("button", {name: "Keep it sealed"}).click();
    await secrets.getByText(/The credential of hook/).waitFor({state: "detached"});
    assert.deepEqual((await api(world.cleo, "GET", "/today"))
      .filter((one) => one.need === "expiring"), []);
  });

  it("keeps custody: who can get in, their log-ins, what hangs on the account", async () => {
    const {page} = world.cleo;
    await page.goto("/app/channels/x");
    const custody = section(page, "Who can get in");
    await custody.getByText("0 persons").waitFor();
    for (const name of ["Ana", "Ben", "Cleo"]) {
      await custody.getByRole("button", {name: "Add a custodian"}).click();
      await page.getByRole("dialog").getByLabel("Who can get into the account").fill(name);
      await page.getByRole("dialog").getByRole("button", {name: "Note it"}).click();
      await custody.getByText(name, {exact: true}).waitFor();
    }
    await custody.getByText("3 persons").waitFor();
    await custody.getByRole("button", {name: "Ana logged in"}).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("How others can see that").fill("from the team's safe");
    assert.deepEqual(await findings(page), []);
    await dialog.getByRole("button", {name: "Note it"}).click();
    await custody.getByText(/^Logged in on .*from the team's safe/).waitFor();
    await custody.getByRole("button", {name: "Add what needs it"}).click();
    await dialog.getByLabel("What needs the account").fill("Medium");
    await dialog.getByRole("button", {name: "Note it"}).click();
    await custody.getByRole("button", {name: "No longer needs it: Medium"}).click();
    await dialog.getByLabel("How others can see that").fill("log-in by mail");
    await dialog.getByRole("button", {name: "Note it"}).click();
    await custody.getByText(/No longer since .*log-in by mail/).waitFor();
    await examine(page, "a channel with custody");
    await fits_everywhere(page, "/app/channels/x", "Medium");
  });

  it("shows an author no more than they may see", async () => {
    const {page} = world.ana;
    await page.goto("/app/channels/x");
    await section(page, "Settings").waitFor();
    assert.equal(await section(page, "Secrets").count(), 0);
    assert.equal(await section(page, "Who can get in").count(), 0);
    assert.equal(await page.getByRole("button", {name: "Check now"}).count(), 0);
    await page.goto("/app/channels");
    await row(page, "x").waitFor();
    assert.equal(await page.getByRole("link", {name: "Add a channel"}).count(), 0);
    await page.goto("/app/channels/nowhere");
    await page.getByRole("alert").waitFor();
    await examine(page, "a channel that is not there");
  });
}
