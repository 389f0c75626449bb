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
import {people_tests} from "./people.mjs";
import {proposals_tests} from "./proposals.mjs";
import {retire_tests} from "./retire.mjs";
import {settings_tests} from "./settings.mjs";
import {shell_tests} from "./shell.mjs";

// Eight channels with the home, as many as a busy organisation has.
const eight = [["echo", "practice"],
  ...["bluesky", "threads", "linkedin", "facebook"].map((one) =>
    ["echo", one, "--set", `like=${one}`]),
  ["echo", "hachyderm"],
  ["manual", "x", "--set", "rules=x", "--set", "url=https://x.example/teahouse"]];

const world = {};

before(async () => {
  world.site = await serve(process.env.CARILLON, eight);
  appendFileSync(join(world.site.dir, "carillon.yaml"), "propose:\n  open: true\n");
  world.browser = await launch();
  world.ana = await person(world.browser, world.site, "Ana", "author");
  world.ben = await person(world.browser, world.site, "Ben", "editor");
  world.cleo = await person(world.browser, world.site, "Cleo", "admin");
  world.dan = await person(world.browser, world.site, "Dan", "author");
});

after(async () => {
  await world.browser?.close();
  await world.site?.stop();
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
  calendar_tests(world);
});

describe("channels", () => {
  channels_tests(world);
});

describe("people", () => {
  people_tests(world);
});

describe("proposals", () => {
  proposals_tests(world);
});

describe("retirement", () => {
  retire_tests(world);
});

describe("settings", () => {
  settings_tests(world);
});
