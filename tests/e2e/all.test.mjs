// all.test.mjs: the web interface of the program that CARILLON names; one server and one browser.
import assert from "node:assert/strict";
import {appendFileSync} from "node:fs";
import {join} from "node:path";
import {after, before, describe, it} from "node:test";
import {announcement_tests} from "./announcement.mjs";
import {calendar_tests} from "./calendar.mjs";
import {channels_tests} from "./channels.mjs";
import {compose_tests} from "./compose.mjs";
import {launch, person, serve} from "./lib.mjs";
import {log_tests} from "./log.mjs";
import {mail_tests} from "./mail.mjs";
import {people_tests} from "./people.mjs";
import {proposals_tests} from "./proposals.mjs";
import {replies_tests} from "./replies.mjs";
import {retire_tests} from "./retire.mjs";
import {settings_tests} from "./settings.mjs";
import {shell_tests} from "./shell.mjs";
import {walk_tests} from "./walk.mjs";

// Eight channels with the home, as many as a busy organisation has.
const eight = [["echo", "practice"],
  ...["bluesky", "threads", "linkedin", "facebook"].map((one) =>
    ["echo", one, "--set", `like=${one}`]),
  ["echo", "hachyderm"],
  ["manual", "x", "--set", "rules=x", "--set", "url=https://x.example/teahouse"]];

// Two workspaces: what one fills, the other counts.
const world = {};
const quiet = {};

async function fill(into, browser, channels) {
  into.site = await serve(process.env.CARILLON, channels);
  appendFileSync(join(into.site.dir, "carillon.yaml"), "propose:\n  open: true\n");
  into.browser = browser;
  into.ana = await person(browser, into.site, "Ana", "author");
  into.ben = await person(browser, into.site, "Ben", "editor");
  into.cleo = await person(browser, into.site, "Cleo", "admin");
  into.dan = await person(browser, into.site, "Dan", "author");
}

before(async () => {
  const browser = await launch();
  await fill(world, browser, eight);
  await fill(quiet, browser, [eight[0], eight.at(-1)]);
});

after(async () => {
  await world.browser?.close();
  await world.site?.stop();
  await quiet.site?.stop();
});

describe("the first announcement", () => {
  walk_tests(world);
});

describe("the web interface", () => {
  shell_tests(world);
  compose_tests(world);
  announcement_tests(world);
  it("breaks none of its own rules", () => {
    assert.deepEqual([...world.ana.faults, ...world.ben.faults], []);
  });
});

describe("the calendar", () => {
  calendar_tests(quiet);
});

describe("channels", () => {
  channels_tests(quiet);
});

describe("people", () => {
  people_tests(quiet);
});

describe("proposals", () => {
  proposals_tests(quiet);
});

describe("retirement", () => {
  retire_tests(quiet);
});

describe("settings", () => {
  settings_tests(quiet);
});

describe("replies", () => {
  replies_tests(quiet);
});

describe("the audit log", () => {
  log_tests(quiet);
});

describe("mail", () => {
  mail_tests(quiet);
});
