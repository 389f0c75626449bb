import assert from "node:assert/strict";
import {it} from "node:test";
import {post} from "./demo.mjs";
import {api, examine, findings, fits} from "./lib.mjs";

const shared = (page) => page.getByLabel("Text for all channels");
const saved = (page) => page.getByText(/^Saved \d/);

// Opens a draft, or a new one.
async function open(who, id = "new") {
  await who.page.goto(`/app/draft/${id}`);
  await who.page.getByLabel("Title", {exact: true}).waitFor();
  return who.page;
}

async function draft_of(who, fields, body) {
  return await api(who, "POST", "/drafts", {text: post(fields, body)});
}

// Types sixty keys; the 95th percentile of the processor's time for a key, up to the frame that
// shows it: of script, style and layout, and of the whole thread with painting and with asking for
// these numbers. Other programs on this machine make a page wait, but not work more.
async function typing(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable", {timeDomain: "threadTicks"});
  const spent = async () => {
    const {metrics} = await client.send("Performance.getMetrics");
    const of = (name) => metrics.find((one) => one.name === name).value * 1000;
    return {work: of("ScriptDuration") + of("RecalcStyleDuration") + of("LayoutDuration"),
      all: of("TaskDuration")};
  };
  const frame = () => page.evaluate(() => new Promise((resolve) =>
    requestAnimationFrame(() => setTimeout(resolve))));
  const took = {work: [], all: []};
  for (let i = 0; i < 60; ++i) {
    await frame();
    const before = await spent();
    await page.keyboard.type("a ".charAt(i % 2));
    await frame();
    const after = await spent();
    for (const what of ["work", "all"]) took[what].push(after[what] - before[what]);
  }
  await client.detach();
  const p95 = (list) => list.sort((a, b) => a - b)[Math.floor(list.length * 0.95)];
  return {work: p95(took.work), all: p95(took.all)};
}

export function compose_tests(world) {
  it("writes an announcement from nothing to published, by the keyboard's way, too", async () => {
    const {ana, ben} = world;
    const page = await open(ana);
    await examine(page, "a new draft");
    await page.getByLabel("Title", {exact: true}).fill("Bells at noon");
    await shared(page).fill("They ring today.");
    const preview = page.getByRole("region", {name: "Preview"});
    await preview.getByText("They ring today.").first().waitFor();
    await page.keyboard.press("Control+s");
    await saved(page).waitFor();
    const id = /draft\/([a-z2-7]+)$/.exec(page.url())[1];
    await page.keyboard.press("Control+Enter");
    await page.getByText("In review", {exact: true}).waitFor();
    await examine(page, "a draft in review");
    const review = await open(ben, id);
    await review.getByRole("button", {name: "Approve revision 1"}).click();
    await review.getByRole("button", {name: "Publish…"}).click();
    const dialog = review.getByRole("dialog", {name: "Publish now"});
    await dialog.getByText("practice", {exact: true}).waitFor();
    assert.deepEqual(await findings(review), []);
    await dialog.getByRole("button", {name: "Publish now"}).click();
    await review.waitForURL("**/app/announcement/bells-at-noon");
  });

  it("shows the card of a link, and asks a stranger's page for nothing", async () => {
    const {ana} = world;
    const {id} = await draft_of(ana, {title: "Elsewhere", link: "https://elsewhere.example.org/a",
      channels: ["home", "linkedin"]}, "Read on.");
    const page = await open(ana, id);
    await page.getByRole("tab", {name: /^linkedin/}).click();
    const card = page.getByRole("region", {name: "Preview"}).locator(".link-card");
    await card.getByText("made by the platform").waitFor();
    await card.getByText("https://elsewhere.example.org/a").waitFor();
    await card.getByText("What it shows stands on the linked page").waitFor();
    assert.equal(await card.getByText("Elsewhere", {exact: true}).count(), 0);
    await examine(page, "a draft with the card of its link");
    await page.evaluate(() => localStorage.clear());
  });

  it("asks a poll and warns, where somebody wants that, and says so in the preview", async () => {
    world.site.run("channel", "set", "home", "handle=news");
    // The server reads its configuration anew in a moment.
    const asked = post({channels: ["home"], poll: {options: ["a", "b"]}}, "x");
    while ((await api(world.ana, "POST", "/previews", {text: asked}))[0].poll === null);
    const page = await open(world.ana);
    await shared(page).fill("Where shall we meet?");
    await page.getByText("Content warning", {exact: true}).click();
    await page.getByLabel("A line that warns").fill("Travel");
    await page.getByText("Poll", {exact: true}).first().click();
    const options = page.getByLabel("What can be chosen");
    await options.pressSequentially("Lisbon\n");
    await page.getByText(/a poll has 2 to 8 options, not 1/).first().waitFor();
    await options.pressSequentially("Kyiv");
    await page.getByLabel("Open for").selectOption({label: "7 days"});
    await page.getByLabel("Several may be chosen").check();
    const preview = page.getByRole("region", {name: "Preview"});
    await preview.getByRole("list", {name: "Poll"}).first().getByText("Kyiv").waitFor();
    await preview.getByText("Travel").first().waitFor();
    await examine(page, "a draft with a poll and a content warning");
    await page.keyboard.press("Control+s");
    await saved(page).waitFor();
    const id = /draft\/([a-z2-7]+)$/.exec(page.url())[1];
    const {content} = await api(world.ana, "GET", `/drafts/${id}`);
    assert.deepEqual(content.poll, {options: ["Lisbon", "Kyiv"], hours: 168, several: true});
    assert.equal(content.warning, "Travel");
    await page.reload();
    await options.waitFor();
    assert.equal(await options.inputValue(), "Lisbon\nKyiv");
    await options.fill("");
    await preview.getByRole("list", {name: "Poll"}).first().waitFor({state: "detached"});
    await page.evaluate(() => localStorage.clear());
  });

  it("forks the text of a channel where it is typed, and takes that back", async () => {
    const page = await open(world.ana);
    await shared(page).fill("For everybody.");
    await page.keyboard.press("Alt+2");
    const tab = page.getByRole("tab", {selected: true});
    const channel = (await tab.innerText()).split(/\s/)[0];
    const text = page.getByLabel(`Text for ${channel}`);
    assert.equal(await text.inputValue(), "For everybody.");
    await text.fill("For you.");
    await page.getByText(`Only the text for ${channel} changes now.`).waitFor();
    await tab.press("Home");
    assert.equal(await shared(page).inputValue(), "For everybody.");
    await page.getByRole("status").getByRole("button", {name: "Undo"}).first().click();
    await page.keyboard.press("Alt+2");
    assert.equal(await text.inputValue(), "For everybody.");
    await text.fill("Once more.");
    await page.getByRole("button", {name: "Use the shared text"}).click();
    assert.equal(await text.inputValue(), "For everybody.");
    assert.ok(await text.evaluate((element) => element === document.activeElement));
    await page.evaluate(() => localStorage.clear());
  });

  it("marks what is too long, and refuses it to button and shortcut", async () => {
    const page = await open(world.ana);
    await shared(page).fill("Short.");
    await page.getByRole("tab", {name: /^practice/}).click();
    await page.getByLabel("Text for practice").fill("word ".repeat(120));
    await page.getByText(/characters too many; at most 500/).waitFor();
    await page.locator(".layer mark").waitFor();
    await page.getByRole("region", {name: "Checks"}).getByText(/practice takes 500/).waitFor();
    const button = page.getByRole("button", {name: "Ask for approval"});
    assert.equal(await button.getAttribute("aria-disabled"), "true");
    assert.deepEqual(await findings(page), []);
    await page.keyboard.press("Control+Enter");
    await button.click({force: true});
    assert.ok(await page.locator(".check-line.bad").first()
      .evaluate((element) => element === document.activeElement));
    assert.match(page.url(), /draft\/new$/);
    await page.evaluate(() => localStorage.clear());
  });

  it("shows how a thread is cut, and takes a person's own cuts", async () => {
    const page = await open(world.ana);
    await shared(page).fill("First post.");
    await shared(page).press("Control+End");
    await page.keyboard.press("Control+Shift+Enter");
    await page.keyboard.type("Second post.");
    assert.equal(await shared(page).inputValue(), "First post.\n---\nSecond post.");
    await page.getByRole("tab", {name: /^practice/}).click();
    await page.getByText("It becomes a thread of 2 posts.").waitFor();
    const parts = page.getByRole("region", {name: "Preview"}).locator(".part");
    assert.match(await parts.nth(1).innerText(), /Second post\.[^]*2 of 2/);
    await page.evaluate(() => localStorage.clear());
  });

  it("keeps what was typed when the window closes, and gives it back", async () => {
    const draft = await draft_of(world.ana, {title: "Kettle"}, "It boils.");
    let page = await open(world.ana, draft.id);
    await shared(page).fill("It boils over.");
    await page.getByText("Kept in this browser").waitFor();
    page = await open(world.ana, draft.id);
    assert.equal(await shared(page).inputValue(), "It boils over.");
    await page.getByText("What you typed here before is back.").waitFor();
    await page.getByRole("status").getByRole("button", {name: "Undo"}).click();
    assert.equal(await shared(page).inputValue(), "It boils.");
  });

  it("goes on without the server, and saves when it is back", async () => {
    const {page, context} = world.ana;
    const draft = await draft_of(world.ana, {title: "Ship"}, "It sails.");
    await open(world.ana, draft.id);
    await context.setOffline(true);
    try {
      await shared(page).fill("It sails away.");
      await page.getByText("Kept in this browser", {exact: true}).waitFor();
      await page.getByRole("button", {name: "Save", exact: true}).click();
      await page.getByText("The server cannot be reached.").first().waitFor();
      assert.equal(await shared(page).inputValue(), "It sails away.");
    } finally {
      await context.setOffline(false);
    }
    await page.getByText("Offline.").waitFor({state: "detached"});
    await page.getByRole("button", {name: "Save", exact: true}).click();
    await saved(page).waitFor();
    const {content} = await api(world.ana, "GET", `/drafts/${draft.id}`);
    assert.equal(content.body.trim(), "It sails away.");
  });

  it("shows both texts when two people saved, and loses neither", async () => {
    const {ana, ben} = world;
    const draft = await draft_of(ana, {title: "Cup"}, "One cup.");
    const page = await open(ana, draft.id);
    await shared(page).fill("Two cups.");
    await api(ben, "POST", "/drafts", {id: draft.id, based_on: 1,
      text: post({title: "Cup"}, "Three cups.")});
    await page.keyboard.press("Control+s");
    const both = page.getByRole("region", {name: "Two texts"});
    await both.getByText("Three cups.").waitFor();
    await both.getByText("Two cups.").waitFor();
    assert.deepEqual(await findings(page), []);
    await both.getByRole("button", {name: "Take theirs"}).click();
    assert.equal(await shared(page).inputValue(), "Three cups.");
    await page.getByRole("status").getByRole("button", {name: "Undo"}).click();
    assert.equal(await shared(page).inputValue(), "Two cups.");
    await page.keyboard.press("Control+s");
    await saved(page).waitFor();
    const now = await api(ana, "GET", `/drafts/${draft.id}`);
    assert.deepEqual([now.revision, now.content.body.trim()], [3, "Two cups."]);
  });

  it("says that somebody else saved, and pushes nobody aside who types", async () => {
    const {ana, ben} = world;
    const draft = await draft_of(ana, {title: "Plate"}, "One plate.");
    const page = await open(ana, draft.id);
    await shared(page).fill("Two plates.");
    await api(ben, "POST", "/drafts", {id: draft.id, based_on: 1,
      text: post({title: "Plate"}, "Three plates.")});
    await page.getByText("Ben saved revision 2 meanwhile").waitFor();
    assert.ok(await shared(page).evaluate((element) => element === document.activeElement));
    await page.getByRole("button", {name: "Show both texts"}).click();
    await page.getByRole("region", {name: "Two texts"}).getByText("Three plates.").waitFor();
    await page.getByRole("button", {name: "Go on with mine"}).click();
    await page.keyboard.press("Control+s");
    await saved(page).waitFor();
    assert.equal((await api(ana, "GET", `/drafts/${draft.id}`)).content.body.trim(), "Two plates.");
  });

  it("says that an edit voids the approval, and what changed since", async () => {
    const {ana, ben} = world;
    const draft = await draft_of(ana, {title: "Rope"}, "A rope.");
    await api(ana, "POST", `/drafts/${draft.id}/requests`, {});
    await api(ben, "POST", `/drafts/${draft.id}/approvals`, {});
    const page = await open(ana, draft.id);
    await shared(page).fill("A longer rope.");
    await page.getByText("Your changes make a new revision").waitFor();
    await page.keyboard.press("Control+s");
    await page.getByText(/Approved was revision 1; \d lines? changed since/).waitFor();
    await page.getByText("Void: the text was changed since.").waitFor();
  });

  it("publishes in an emergency only with a reason", async () => {
    const {ana, ben} = world;
    const draft = await draft_of(ana, {title: "Fire", channels: ["practice"]}, "Leave the tower.");
    const page = await open(ben, draft.id);
    await page.getByRole("button", {name: "In an emergency…"}).click();
    const dialog = page.getByRole("dialog", {name: "Publish without approval"});
    await dialog.getByText("It goes out now to practice.").waitFor();
    await dialog.getByRole("button", {name: "Publish without approval"}).click();
    await dialog.getByText("This is missing.").waitFor();
    await dialog.getByLabel("Why it cannot wait").fill("The tower burns.");
    await dialog.getByRole("button", {name: "Publish without approval"}).click();
    await page.waitForURL("**/app/announcement/fire");
  });

  it("says the time in words in every zone that matters", async () => {
    const page = await open(world.ana);
    await page.getByLabel("Day").fill("2031-12-01");
    await page.getByLabel("Time", {exact: true}).fill("15:00");
    await page.getByLabel("Time zone").selectOption("UTC");
    await page.getByText(/Monday,? 1 December 2031 at 15:00 UTC/).waitFor();
    await page.getByText(/Monday,? 1 December 2031 at 20:30 GMT\+5:30/).waitFor();
    await page.evaluate(() => localStorage.clear());
  });

  it("answers to each key in time, with eight channels", async () => {
    const page = await open(world.ana);
    await shared(page).fill("The quick bells ring over the tower. ".repeat(12));
    await page.getByRole("tab", {name: /^x/}).click();
    const text = page.getByLabel("Text for x");
    await text.press("End");
    const {work, all} = await typing(page);
    console.log(`a key with eight channels, 95th percentile: ${work.toFixed(1)} ms of script, ` +
      `style and layout, ${all.toFixed(1)} ms of the thread`);
    assert.ok(work <= 16, `the work for a key takes ${work} ms`);
    await page.evaluate(() => localStorage.clear());
  });

  it("keeps what is typed on the server, so that another browser goes on with it", async () => {
    const {ana, ben} = world;
    const draft = await draft_of(ana, {title: "Lamp"}, "A lamp.");
    const page = await open(ana, draft.id);
    await shared(page).fill("A brighter lamp.");
    await page.getByText("Typed text kept").waitFor();
    const others = await open(ben, draft.id);
    await others.getByText("Ana is changing it:").waitFor();
    await page.evaluate(() => localStorage.clear());
    await open(ana, draft.id);
    assert.equal(await shared(page).inputValue(), "A brighter lamp.");
    await page.keyboard.press("Control+s");
    await saved(page).waitFor();
    assert.deepEqual((await api(ana, "GET", `/drafts/${draft.id}`)).copies, []);
  });

  it("takes pictures with their descriptions, and shows them as they will go out", async () => {
    const page = await open(world.ana);
    await page.getByLabel("Title", {exact: true}).fill("A picture");
    await shared(page).fill("Look.");
    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD" +
      "hgGAWjR9awAAAABJRU5ErkJggg==", "base64");
    await page.locator("input[type=file]").setInputFiles({name: "tea.png", mimeType: "image/png",
      buffer: png});
    await page.getByText("Description needed").waitFor();
    assert.deepEqual(await findings(page), []);
    await page.getByLabel("Description", {exact: true}).fill("A pot of tea");
    await page.getByText("Description needed").waitFor({state: "detached"});
    const preview = page.getByRole("region", {name: "Preview"});
    await preview.getByAltText("A pot of tea").first().waitFor();
    const picture = page.locator(".picture img");
    assert.ok(await picture.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
    await page.keyboard.press("Control+s");
    await saved(page).waitFor();
    await page.getByRole("button", {name: "Remove", exact: true}).click();
    assert.equal(await picture.count(), 0);
    await page.getByRole("status").getByRole("button", {name: "Undo"}).click();
    await picture.waitFor();
  });

  it("fits at every width, also with longer words", async () => {
    const draft = await draft_of(world.ana, {title: `${"Very ".repeat(20)}long`},
      "word".repeat(40));
    for (const width of [320, 390, 768, 1440]) {
      await world.ana.page.setViewportSize({width, height: 800});
      await world.ana.page.goto(`/app/draft/${draft.id}?lang=en-XA`);
      await world.ana.page.locator(".written textarea").waitFor();
      await fits(world.ana.page, `a draft at ${width} px`);
    }
    await world.ana.page.goto("/app?lang=en");
    await world.ana.page.setViewportSize({width: 1440, height: 900});
  });
}
