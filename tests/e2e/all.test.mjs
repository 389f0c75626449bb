// all.test.mjs: the web interface of the program CARILLON names, one server and one browser for all.
import {after, before, describe} from "node:test";
import {launch, person, serve} from "./lib.mjs";
import {shell_tests} from "./shell.mjs";

const world = {};

before(async () => {
  world.site = await serve(process.env.CARILLON, [["echo", "practice"], ["manual", "x", "--set", "rules=x",
    "--set", "url=https://x.example/teahouse"]]);
  world.browser = await launch();
  world.ana = await person(world.browser, world.site, "Ana", "author");
  world.ben = await person(world.browser, world.site, "Ben", "editor");
});

after(async () => {
  await world.browser?.close();
  await world.site?.stop();
});

describe("the web interface", () => {
  shell_tests(world);
});
