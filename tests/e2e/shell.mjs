import assert from "node:assert/strict";
import {it} from "node:test";
import {post as post_file} from "./demo.mjs";
import {api, examine, findings, fits} from "./lib.mjs";

const post = (title, body) => post_file({title, channels: ["home", "practice"]}, body);

export function shell_tests(world) {
  it("leads who is signed in to an empty Today that passes every check", async () => {
    const {page} = world.ana;
    await page.getByRole("heading", {name: "Today", level: 1}).waitFor();
    await page.getByText("Nothing waits for you.").waitFor();
    await examine(page, "empty Today");
  });

  it("leads who is not signed in to sign in and back", async () => {
    const context = await world.browser.newContext({baseURL: world.site.address});
    const page = await context.newPage();
    await page.goto("/app/nowhere");
    assert.match(page.url(), /\/sign-in\?next=%2Fapp%2Fnowhere$/);
    await page.getByLabel("E-mail address or name").fill("Ana");
    await page.getByLabel("Password").fill(world.ana.password);
    await page.getByRole("button", {name: "Sign in"}).click();
    await page.getByRole("heading", {name: "Nothing is here"}).waitFor();
    await context.close();
  });

  it("sends browsers without script to the pages that need none", async () => {
    const state = await world.ana.context.storageState();
    const context = await world.browser.newContext({baseURL: world.site.address,
      storageState: state, javaScriptEnabled: false});
    const page = await context.newPage();
    await page.goto("/app");
    await page.waitForURL("**/desk");
    await context.close();
  });

  it("shows what waits, and approves it in place", async () => {
    const {ana, ben} = world;
    const draft = await api(ana, "POST", "/drafts",
      {text: post("Tea is ready", "Come and have some.")});
    await api(ana, "POST", `/drafts/${draft.id}/requests`, {});
    const {page} = ben;
    await page.goto("/app");
    const card = page.getByRole("listitem").filter({hasText: "Tea is ready"});
    await card.getByText("To approve", {exact: true}).waitFor();
    await card.getByText("Read revision 1").click();
    await card.getByText("Come and have some.").waitFor();
    await examine(page, "Today with an approval");
    await card.getByRole("button", {name: "Approve"}).click();
    await page.getByText("Approved: Tea is ready").waitFor();
    await page.getByText("is cleared and may go out").waitFor();
    assert.equal((await api(ana, "GET", `/drafts/${draft.id}`)).state, "cleared");
  });

  it("asks for a reason when changes are asked for, and keeps the focus", async () => {
    const {ana, ben} = world;
    const draft = await api(ana, "POST", "/drafts", {text: post("Cake", "There is cake.")});
    await api(ana, "POST", `/drafts/${draft.id}/requests`, {});
    const {page} = ben;
    await page.goto("/app");
    const card = page.getByRole("listitem").filter({hasText: "Cake"});
    const opener = card.getByRole("button", {name: "Ask for changes"});
    await opener.click();
    const dialog = page.getByRole("dialog");
    assert.deepEqual(await findings(page), []);
    await dialog.getByRole("button", {name: "Ask for changes"}).click();
    await dialog.getByText("This is missing.").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({state: "detached"});
    assert.ok(await opener.evaluate((element) => element === document.activeElement));
    await opener.click();
    await dialog.getByLabel("What must be changed").fill("Say which cake.");
    await dialog.getByRole("button", {name: "Ask for changes"}).click();
    await page.getByText("Returned: Cake").waitFor();
    const page_of_ana = ana.page;
    await page_of_ana.goto("/app");
    await page_of_ana.getByText("Say which cake.").waitFor();
  });

  it("answers to the keyboard, unless somebody types or switched it off", async () => {
    const {page} = world.ana;
    await page.goto("/app");
    await page.getByRole("heading", {name: "Today", level: 1}).waitFor();
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", {name: "Keyboard"});
    await help.waitFor();
    assert.deepEqual(await findings(page), []);
    await help.getByLabel("Single letters are shortcuts").uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    assert.equal(await page.getByRole("dialog").count(), 0);
    await page.evaluate(() => localStorage.removeItem("carillon.letters"));
    await page.reload();
    await page.getByRole("heading", {name: "Today", level: 1}).waitFor();
    await page.keyboard.press("c");
    await page.waitForURL("**/app/draft/new");
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.waitForURL("**/app");
    const heading = page.getByRole("heading", {name: "Today", level: 1});
    await heading.waitFor();
    assert.ok(await heading.evaluate((element) => element === document.activeElement));
    await page.keyboard.press("Tab");
  });

  it("has a menu for the phone, and keeps a chosen theme", async () => {
    const {page} = world.ana;
    await page.setViewportSize({width: 390, height: 844});
    await page.getByRole("button", {name: "More"}).click();
    const menu = page.getByRole("dialog", {name: "Ana"});
    await menu.getByLabel("Dark").check();
    assert.deepEqual(await findings(page), []);
    await page.keyboard.press("Escape");
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await page.evaluate(() => localStorage.removeItem("carillon.theme"));
    await page.setViewportSize({width: 1440, height: 900});
  });

  it("fits when words are longer, and when they run from right to left", async () => {
    const {page} = world.ben;
    for (const lang of ["en-XA", "ar-XB"]) {
      for (const width of [320, 390, 768, 1440]) {
        await page.setViewportSize({width, height: 800});
        await page.goto(`/app?lang=${lang}`);
        await page.locator("main h1").waitFor();
        await page.locator(".card").first().waitFor();
        await fits(page, `Today in ${lang} at ${width} px`);
      }
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction),
        lang === "ar-XB" ? "rtl" : "ltr");
    }
    await page.goto("/app?lang=en");
    await page.setViewportSize({width: 1440, height: 900});
  });

  it("lets somebody whose session ended sign in again, and goes on where it stood", async () => {
    const {ana} = world;
    const draft = await api(ana, "POST", "/drafts", {text: post("Milk", "There is milk.")});
    await api(ana, "POST", `/drafts/${draft.id}/requests`, {});
    const state = await world.ben.context.storageState();
    const {page, context} = world.ben;
    await page.goto("/app");
    const card = page.getByRole("listitem").filter({hasText: "Milk"});
    await card.getByText("Read revision 1").waitFor();
    await context.clearCookies({name: "carillon"});
    await card.getByRole("button", {name: "Approve"}).click();
    const dialog = page.getByRole("dialog", {name: "Please sign in again"});
    const opens = context.waitForEvent("page");
    await dialog.getByRole("link", {name: "Sign in, in a new tab"}).click();
    const tab = await opens;
    await tab.getByLabel("E-mail address or name").fill("Ben");
    await tab.getByLabel("Password").fill(world.ben.password);
    await tab.getByRole("button", {name: "Sign in"}).click();
    await tab.getByRole("heading", {name: "You are signed in"}).waitFor();
    await tab.close();
    await page.bringToFront();
    await page.getByText("Approved: Milk").waitFor();
    assert.equal((await api(ana, "GET", `/drafts/${draft.id}`)).state, "cleared");
    assert.notDeepEqual(await context.storageState(), state);
  });

  it("says when the server cannot be reached, and when it can again", async () => {
    const {page, context} = world.ana;
    await context.setOffline(true);
    await page.getByText("Offline. What you type is kept in this browser.").waitFor();
    await context.setOffline(false);
    await page.getByText("Offline. What you type is kept in this browser.")
      .waitFor({state: "detached"});
  });
}
