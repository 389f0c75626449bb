import assert from "node:assert/strict";
import {before, it} from "node:test";
import {api, examine, findings, fits} from "./lib.mjs";

const post = (fields, body) => `---\n${JSON.stringify({channels: ["home", "practice"], ...fields})}\n` +
  `---\n${body}\n`;

// Written by an author, approved by an editor, and waiting for its time.
export async function schedule({ana, ben}, title, at) {
  const draft = await api(ana, "POST", "/drafts", {text: post({title}, `${title}: come and see.`)});
  await api(ana, "POST", `/drafts/${draft.id}/requests`, {});
  await api(ben, "POST", `/drafts/${draft.id}/approvals`, {});
  const planned = await api(ben, "POST", `/drafts/${draft.id}/publication`, {at});
  return planned[0].announcement;
}

// A sentence with a day in it, with the comma that some versions of a browser put after its name.
const said = (words) => new RegExp(words.replace(/[.]/g, "[.]").replace(/day (?=\d)/g, "day,? "));

export const long_title = "The spring meeting of everybody who keeps the bells, the keys and the " +
  "minutes of our small association of ringers";

export function calendar_tests(world) {
  let tea;
  const due = async () => (await api(world.ben, "GET", `/announcements/${tea}`)).due;
  const chip = (page, title) => page.getByRole("link", {name: new RegExp(title)});
  const cell = (page, day) => page.locator(`td[data-day="${day}"]`);
  const march = async (page) => {
    await page.goto("/app/calendar?view=month&on=2030-03");
    await chip(page, "Tea in spring").waitFor();
    await page.getByText("Milk in spring").waitFor();
  };

  before(async () => {
    tea = await schedule(world, "Tea in spring", "2030-03-12 10:00 UTC");
    await schedule(world, "Cake in spring", "2030-03-12 11:30 UTC");
    await schedule(world, long_title, "2030-03-27 18:00 UTC");
    await api(world.ana, "POST", "/drafts",
      {text: post({title: "Milk in spring", at: "2030-03-20 08:15 UTC"}, "There is milk.")});
  });

  it("shows a month with times, states, drafts, full days and gaps", async () => {
    const {page} = world.ben;
    await march(page);
    await page.getByRole("heading", {name: "March 2030"}).waitFor();
    const twelfth = cell(page, "2030-03-12");
    assert.match(await twelfth.innerText(), /2 posts[^]*10:00 Tea in spring\s+Scheduled[^]*11:30 Cake/);
    assert.match(await cell(page, "2030-03-20").innerText(), /08:15 Milk in spring\s+Draft/);
    await page.getByText(/^4 posts\./).waitFor();
    await page.getByText(/Nothing goes out for 11 days: 1\s?–\s?11 Mar\./).first().waitFor();
    assert.equal(await page.getByRole("table").getByRole("columnheader").count(), 7);
    await examine(page, "a month");
  });

  it("shows one channel or one state, and keeps that in the address", async () => {
    const {page} = world.ben;
    await march(page);
    const filter = page.getByRole("search", {name: "What the calendar shows"});
    await filter.getByLabel("State").selectOption("draft");
    await chip(page, "Tea in spring").waitFor({state: "detached"});
    await page.getByText("Milk in spring").waitFor();
    await filter.getByLabel("State").selectOption("");
    await filter.getByLabel("Channel").selectOption("x");
    await page.getByText("Milk in spring").waitFor({state: "detached"});
    assert.equal(await chip(page, "Tea in spring").count(), 0);
    await filter.getByLabel("Channel").selectOption("practice");
    await filter.getByLabel("State").selectOption("scheduled");
    await chip(page, "Tea in spring").waitFor();
    await page.reload();
    await chip(page, "Tea in spring").waitFor();
    assert.equal(await filter.getByLabel("Channel").inputValue(), "practice");
    await page.getByRole("link", {name: "Next month"}).click();
    await page.getByRole("heading", {name: "April 2030"}).waitFor();
    assert.match(page.url(), /channel=practice&state=scheduled/);
    await examine(page, "a calendar of one channel");
  });

  it("gives an address that other calendars read, until it is ended", async () => {
    const {page, context} = world.ben;
    await page.goto("/app/calendar?view=month&on=2030-03");
    await page.getByRole("button", {name: "Subscribe"}).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("What is it for?").fill("my phone");
    assert.deepEqual(await findings(page), []);
    await dialog.getByRole("button", {name: "Make the address"}).click();
    await page.getByText("Your calendar's address").waitFor();
    assert.deepEqual(await findings(page), []);
    const address = await dialog.getByLabel("Address").inputValue();
    // As a program without a cookie asks.
    const read = await fetch(address);
    assert.equal(read.status, 200);
    assert.equal(read.headers.get("content-type"), "text/calendar; charset=utf-8");
    assert.match(await read.text(), /SUMMARY:Tea in spring\r\n/);
    const token = new URL(address).searchParams.get("token");
    const elsewhere = await fetch(new URL("/api/v1/announcements", address),
      {headers: {Authorization: `Bearer ${token}`}});
    assert.equal(elsewhere.status, 401);
    assert.ok(!world.site.said().includes(token));
    await page.goto("/app/access");
    await page.getByText("Reads the calendar").waitFor();
    const {id} = (await api(world.ben, "GET", "/tokens")).find((one) => one.calendar);
    await api(world.ben, "DELETE", `/tokens/${id}`);
    assert.equal((await fetch(address)).status, 404);
    assert.equal((await context.request.get("/calendar.ics")).status(), 404);
  });

  it("moves by mouse, keeps the time of day, and undoes it", async () => {
    const {page} = world.ben;
    await march(page);
    await chip(page, "Tea in spring").dragTo(cell(page, "2030-03-15"));
    await page.getByText(said("Tea in spring goes out on Friday 15 March 2030 at 10:00.")).waitFor();
    await cell(page, "2030-03-15").getByRole("link", {name: /Tea in spring/}).waitFor();
    assert.equal(await due(), "2030-03-15T10:00:00Z");
    await page.getByRole("button", {name: "Undo"}).click();
    await page.getByText(said("Tea in spring goes out on Tuesday 12 March 2030 at 10:00.")).waitFor();
    await cell(page, "2030-03-12").getByRole("link", {name: /Tea in spring/}).waitFor();
    assert.equal(await due(), "2030-03-12T10:00:00Z");
  });

  it("moves by keyboard the same way, says each day, and keeps the focus", async () => {
    const {page} = world.ben;
    await march(page);
    await chip(page, "Tea in spring").focus();
    const says = (words) => page.locator("#live").filter({hasText: words}).waitFor();
    await page.keyboard.press("m");
    await says(said("Tea in spring is lifted from Tuesday 12 March 2030."));
    await page.keyboard.press("ArrowRight");
    await says(said("Wednesday 13 March 2030"));
    await page.keyboard.press("ArrowDown");
    await says(said("Wednesday 20 March 2030"));
    await page.keyboard.press("Escape");
    await says(said("Tea in spring stays on Tuesday 12 March 2030."));
    assert.equal(await due(), "2030-03-12T10:00:00Z");
    await page.keyboard.press("m");
    for (let i = 0; i < 3; ++i) await page.keyboard.press("ArrowDown");
    await says(said("Tuesday 2 April 2030"));
    assert.deepEqual(await findings(page), []);
    await page.keyboard.press("Enter");
    await page.getByText(said("Tea in spring goes out on Tuesday 2 April 2030 at 10:00.")).waitFor();
    const moved = cell(page, "2030-04-02").getByRole("link", {name: /Tea in spring/});
    await moved.waitFor();
    assert.ok(await moved.evaluate((element) => element === document.activeElement));
    assert.equal(await due(), "2030-04-02T10:00:00Z");
    await page.getByRole("button", {name: "Undo"}).click();
    await page.getByText(said("goes out on Tuesday 12 March 2030 at 10:00.")).waitFor();
    assert.equal(await due(), "2030-03-12T10:00:00Z");
  });

  it("puts a draft without a time on a day, by mouse, keys or a date, and takes that back", async () => {
    const {page} = world.ana;
    const {id} = await api(world.ana, "POST", "/drafts", {text: post({title: "Jam in spring"}, "Jam.")});
    const due = async () => (await api(world.ana, "GET", "/drafts?open=true"))
      .find((one) => one.id === id).due;
    await march(page);
    const tray = page.getByRole("region", {name: "Drafts without a time"});
    await tray.getByRole("link", {name: /Jam in spring/}).dragTo(cell(page, "2030-03-15"));
    await page.getByText(said("Jam in spring goes out on Friday 15 March 2030 at 09:00.")).waitFor();
    await cell(page, "2030-03-15").getByRole("link", {name: /09:00 Jam in spring/}).waitFor();
    assert.equal(await due(), "2030-03-15T09:00:00Z");
    assert.equal(await tray.getByRole("link", {name: /Jam in spring/}).count(), 0);
    await page.getByRole("button", {name: "Undo"}).click();
    await page.getByText("Jam in spring has no time.").first().waitFor();
    await tray.getByRole("link", {name: /Jam in spring/}).waitFor();
    assert.equal(await due(), "");
    await examine(page, "a calendar with a tray");
    await tray.getByRole("button", {name: "Give a date: Jam in spring"}).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("The day").fill("2030-03-16");
    await dialog.getByRole("button", {name: "Move"}).click();
    await cell(page, "2030-03-16").getByRole("link", {name: /Jam in spring/}).waitFor();
    assert.equal(await due(), "2030-03-16T09:00:00Z");
    await cell(page, "2030-03-16").getByRole("link", {name: /Jam in spring/}).focus();
    await page.keyboard.press("m");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.getByText(said("Jam in spring goes out on Sunday 17 March 2030 at 09:00.")).waitFor();
    assert.equal(await due(), "2030-03-17T09:00:00Z");
    // What is looked at keeps its text, and with it its time.
    await api(world.ana, "POST", `/drafts/${id}/requests`, {});
    await page.reload();
    await cell(page, "2030-03-17").getByRole("link", {name: /Jam in spring/}).focus();
    await page.keyboard.press("m");
    await page.getByText(/^It is being looked at/).waitFor();
    await api(world.ana, "DELETE", `/drafts/${id}`);
  });

  it("takes nothing back in time", async () => {
    const {page} = world.ben;
    const day_ms = 86_400_000;
    const day = (n) => new Date(Date.now() + n * day_ms).toISOString().slice(0, 10);
    const soon = await schedule(world, "Soon", `${day(2)} 12:00 UTC`);
    await page.goto(`/app/calendar?view=week&on=${day(2)}`);
    await chip(page, "Soon").focus();
    await page.keyboard.press("m");
    for (let i = 0; i < 3; ++i) await page.keyboard.press("ArrowLeft");
    await page.locator("#live").filter({hasText: "is over"}).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("12:00 is over. Nothing goes out in the past.").waitFor();
    assert.equal((await api(world.ben, "GET", `/announcements/${soon}`)).due,
      `${day(2)}T12:00:00Z`);
  });

  it("is read by authors, who move nothing", async () => {
    const {page} = world.ana;
    await march(page);
    await page.getByText("An editor moves what is scheduled to another day.").waitFor();
    await chip(page, "Tea in spring").focus();
    await page.keyboard.press("m");
    await page.getByText("Only what is scheduled can be moved, by an editor.").waitFor();
    await chip(page, "Tea in spring").dragTo(cell(page, "2030-03-15"));
    assert.equal(await due(), "2030-03-12T10:00:00Z");
  });

  it("begins a draft on a day without one, and has shortcuts and an address", async () => {
    const {page} = world.ben;
    await march(page);
    await page.keyboard.press("]");
    await page.waitForURL("**/app/calendar?view=month&on=2030-04");
    await page.getByRole("heading", {name: "April 2030"}).waitFor();
    await page.keyboard.press("[");
    await page.waitForURL("**/app/calendar?view=month&on=2030-03");
    await page.getByRole("link", {name: "Week"}).click();
    await page.waitForURL("**/app/calendar?view=week&on=2030-03-01");
    await examine(page, "a week");
    await page.keyboard.press("t");
    assert.ok(await page.locator("td .today").evaluate((one) => one === document.activeElement));
    await page.keyboard.press("ArrowRight");
    assert.match(await page.evaluate(() => document.activeElement.ariaLabel), /write for this day/);
    await march(page);
    await cell(page, "2030-03-14").click({position: {x: 60, y: 80}});
    await page.waitForURL("**/app/draft/new?at=2030-03-14");
  });

  it("counts in the organisation's time, or in the reader's", async () => {
    const {page} = world.ben;
    await march(page);
    await page.getByLabel("Times in").selectOption("own");
    await chip(page, "15:30 Tea in spring").waitFor();
    await page.getByLabel("Times in").selectOption("home");
    await chip(page, "10:00 Tea in spring").waitFor();
  });

  it("is a list on a phone, which moves to a date", async () => {
    const {page} = world.ben;
    await page.setViewportSize({width: 390, height: 844});
    await march(page);
    assert.equal(await page.getByRole("table").count(), 0);
    await page.getByText("7 days with nothing").waitFor();
    await page.getByRole("button", {name: "Move: Tea in spring"}).click();
    const dialog = page.getByRole("dialog", {name: "Move: Tea in spring"});
    assert.deepEqual(await findings(page), []);
    await dialog.getByLabel("The day").fill("2020-03-14");
    await dialog.getByRole("button", {name: "Move"}).click();
    await dialog.getByText("is over").waitFor();
    await dialog.getByLabel("The day").fill("2030-03-14");
    await dialog.getByText(said("Thursday 14 March 2030, 10:00 in UTC")).waitFor();
    await dialog.getByRole("button", {name: "Move"}).click();
    await page.getByText(said("Tea in spring goes out on Thursday 14 March 2030 at 10:00.")).waitFor();
    await page.getByRole("button", {name: "Undo"}).click();
    await page.getByText(said("goes out on Tuesday 12 March 2030 at 10:00.")).waitFor();
    await page.goto("/app/calendar?view=month&on=2031-01");
    await page.getByText("Nothing is planned here yet.").waitFor();
    await page.setViewportSize({width: 1440, height: 900});
  });

  it("fits every window, in longer words and from right to left", async () => {
    const {page} = world.ben;
    for (const lang of ["en-XA", "ar-XB", "en"]) {
      for (const view of ["month", "week", "list"]) {
        await page.goto(`/app/calendar?view=${view}&on=${view === "week" ? "2030-03-27" : "2030-03"}` +
          `&lang=${lang}`);
        await page.getByText("The spring meeting").first().waitFor();
        for (const width of [320, 390, 768, 1440]) {
          await page.setViewportSize({width, height: 800});
          await page.getByRole("table").waitFor({state: width > 1000 && view !== "list" ? "visible"
            : "detached"});
          await fits(page, `calendar, ${view}, ${lang}, ${width} px`);
        }
      }
    }
  });
}
