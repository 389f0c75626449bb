// A workspace with something in every state, and the screens that show it.
import {schedule} from "./calendar.mjs";
import {api} from "./lib.mjs";
import {propose} from "./proposals.mjs";
import {arrive} from "./replies.mjs";
import {import_archive} from "./retire.mjs";

export const post = (fields, body) => `---\n${JSON.stringify(fields)}\n---\n${body}\n`;

const long_title = "The autumn meeting of everybody who keeps the bells, the keys and the minutes " +
  "of our small association";

export async function fill(site, ana, ben, cleo) {
  const save = (fields, body) => api(ana, "POST", "/drafts", {text: post(fields, body)});
  const first = await save({title: "Tea is ready", kind: "event",
    channels: ["home", "practice", "x"], link: "https://example.org/tea"},
    "Come and have some at four. Cups are there; bring a spoon.");
  await api(ana, "POST", `/drafts/${first.id}/requests`, {});
  const long = await save({title: long_title, channels: ["home", "practice"]},
    "We meet in the tower room.\n\nBring what you want to talk about.");
  await api(ana, "POST", `/drafts/${long.id}/requests`, {});
  await api(ben, "POST", `/drafts/${long.id}/approvals`, {});
  const cake = await save({title: "Cake", channels: ["home"]}, "There is cake.");
  await api(ana, "POST", `/drafts/${cake.id}/requests`, {});
  await api(ben, "POST", `/drafts/${cake.id}/returns`, {reason: "Say which cake."});
  const out = await save({title: "Version 2 of the bell rope", kind: "general",
    channels: ["home", "practice", "x"], link: "https://example.org/rope"}, "Softer, and longer.");
  await api(ana, "POST", `/drafts/${out.id}/requests`, {});
  await api(ben, "POST", `/drafts/${out.id}/approvals`, {});
  await api(ben, "POST", `/drafts/${out.id}/publication`, {});
  for (const [title, day] of [["Open tower", 4], ["Rope course", 11], ["Concert", 11], ["Market", 23]])
    await schedule({ana, ben}, title, `2031-03-${String(day).padStart(2, "0")} 15:00 UTC`);
  await propose(site, {text: "A concert of hand bells\n\nIn the tower, by candle light.",
    link: "https://bells.example.org/concert", audience: "Everybody who likes quiet sounds",
    date: "Before Christmas", name: "Petra", contact: "p@example.org"});
  const [proposal] = await api(ben, "GET", "/proposals");
  await api(cleo, "POST", "/decisions", {channel: "x", to: "reserved",
    title: "Leave X, keep the name", by: "Bell council"});
  await api(cleo, "POST", "/retirements", {channel: "x", to: "reserved"});
  import_archive(site);
  await arrive(site, ben);
  return {first, long, cake, out, proposal};
}

const heading = (page) => page.locator("main h1").waitFor();

// `places` is where links to the account of x are found.
export function screens(ana, ben, cleo, made, places) {
  const draft = (page) => page.getByRole("region", {name: "Preview"}).locator(".part").first()
    .waitFor();
  return [
    ["today", ben, "/app", (page) => page.locator(".card .acts").nth(2).waitFor()],
    ["menu", ana, "/app", async (page) => {
      await heading(page);
      await page.getByRole("button", {name: /^(More|Ana)$/}).filter({visible: true}).click();
    }],
    ["new", ana, "/app/draft/new", (page) => page.getByLabel("Text for all channels").waitFor()],
    ["returned", ana, `/app/draft/${made.cake.id}`, draft],
    ["review", ben, `/app/draft/${made.first.id}`, draft],
    ["drafts", ana, "/app/drafts", (page) => page.locator(".card").first().waitFor()],
    ["announcement", ben, "/app/announcement/version-2-of-the-bell-rope",
      (page) => page.locator(".by-hand .part").waitFor()],
    ["too-long", ana, "/app/draft/new", async (page) => {
      await page.getByLabel("Title", {exact: true}).fill("Noon");
      await page.getByLabel("Text for all channels").fill("The bells ring at noon.");
      await page.getByRole("tab", {name: /^practice/}).click();
      await page.getByLabel("Text for practice").fill("Come and listen to the bells. ".repeat(20));
      await page.locator(".check-line.bad").waitFor();
    }],
    ["calendar", ben, "/app/calendar?view=month&on=2031-03",
      (page) => page.getByText("Rope course").first().waitFor()],
    ["calendar-list", ben, "/app/calendar?view=list&on=2031-03",
      (page) => page.getByText("Rope course").first().waitFor()],
    ["channels", cleo, "/app/channels",
      (page) => page.getByRole("heading", {name: "practice", exact: true}).waitFor()],
    ["channel", cleo, "/app/channels/x", (page) => page.getByLabel("What it is for").waitFor()],
    ["add-channel", cleo, "/app/add-channel?platform=mastodon",
      (page) => page.getByRole("button", {name: "Add the channel"}).waitFor()],
    ["people", cleo, "/app/people",
      (page) => page.getByRole("heading", {name: "Ben"}).waitFor()],
    ["access", cleo, "/app/access", (page) => page.getByText("This one").waitFor()],
    ["proposals", ben, "/app/proposals", (page) => page.locator(".proposal-row").waitFor()],
    ["proposal", ben, `/app/proposals/${made.proposal.id}`,
      (page) => page.getByText("by candle light").waitFor()],
    ["retire", ben, "/app/retire", (page) => page.getByText("Leave X, keep the name").first().waitFor()],
    ["plan", ben, "/app/retire/x",
      (page) => page.getByRole("heading", {name: "x becomes: Reserved"}).waitFor()],
    ["links", cleo, "/app/retire/x/links", async (page) => {
      await page.getByLabel("The address").fill(`${places}/bells.git`);
      await page.getByRole("button", {name: "Search", exact: true}).click();
      await page.getByRole("region", {name: "The patch"}).waitFor();
    }],
    ["replies", ben, "/app/replies", (page) => page.getByText("Is there cake?").waitFor()],
    ["log", ben, "/app/log", (page) => page.locator(".lines li").first().waitFor()],
    ["settings", ben, "/app/settings", heading],
  ];
}
