// A workspace with something in every state, and the screens that show it.
import {api} from "./lib.mjs";

export const post = (fields, body) => `---\n${JSON.stringify(fields)}\n---\n${body}\n`;

const long_title = "The autumn meeting of everybody who keeps the bells, the keys and the minutes " +
  "of our small association";

export async function fill(ana, ben) {
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
  return {first, long, cake, out};
}

const heading = (page) => page.locator("main h1").waitFor();

export function screens(ana, ben, made) {
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
  ];
}
