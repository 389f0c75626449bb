import assert from "node:assert/strict";
import {execFileSync, spawnSync} from "node:child_process";
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {createServer} from "node:http";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {after, before, it} from "node:test";
import {api, examine, findings, fits} from "./lib.mjs";
import {fits_everywhere} from "./screens.mjs";

// A tiny archive, as X gives it out.
export function import_archive(site) {
  const data = join(site.dir, "archive", "data");
  mkdirSync(data, {recursive: true});
  writeFileSync(join(data, "manifest.js"), `window.__THAR_CONFIG = {"userInfo" : {"accountId" : "7",
    "userName" : "teahouse"}, "archiveInfo" : {"generationDate" : "2026-11-20T00:00:00.000Z",
    "isPartialArchive" : false}}\n`);
  writeFileSync(join(data, "tweets.js"), `window.YTD.tweets.part0 = [ {"tweet" : {
    "id_str" : "1500000000000000001", "lang" : "en", "created_at" : "Sun Mar 06 12:00:00 +0000 2022",
    "full_text" : "We ring at noon"}} ]\n`);
  site.run("archive", "import", "archive");
}

// A repository with links to the account, over the smart protocol of HTTP (gitprotocol-http(5)), and
// beside it a web site; both until `stop`.
export async function serve_places() {
  const dir = mkdtempSync(join(tmpdir(), "carillon-links-"));
  const git = (...words) => execFileSync("git", ["-C", dir, "-c", "user.name=a", "-c",
    "user.email=a@example.org", "-c", "init.defaultBranch=main", ...words], {stdio: "pipe"});
  const link = '<a href="https://x.com/ringing_bells">X</a>';
  mkdirSync(join(dir, "_posts"));
  writeFileSync(join(dir, "footer.html"), `<ul>\n<li><a href="/a">A</a></li>\n<li>${link}</li>\n</ul>\n`);
  writeFileSync(join(dir, "_posts/2020-01-01-a.md"), "- [X](https://x.com/ringing_bells)\n- b\n");
  writeFileSync(join(dir, "sponsors.md"), "Sponsors get a thank you tweet from our Twitter account.\n");
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "all");
  const upload = (words, input) => spawnSync("git", ["upload-pack", "--stateless-rpc", ...words, dir],
    {input, maxBuffer: 1e8}).stdout;
  const server = createServer((query, answer) => {
    const parts = [];
    query.on("data", (part) => parts.push(part));
    query.on("end", () => {
      if (query.url.startsWith("/bells.git/info/refs")) {
        answer.setHeader("Content-Type", "application/x-git-upload-pack-advertisement");
        answer.end(Buffer.concat([Buffer.from("001e# service=git-upload-pack\n0000"),
          upload(["--advertise-refs"])]));
      } else if (query.url === "/bells.git/git-upload-pack") {
        answer.setHeader("Content-Type", "application/x-git-upload-pack-result");
        answer.end(upload([], Buffer.concat(parts)));
      } else if (query.url === "/") {
        answer.setHeader("Content-Type", "text/html; charset=utf-8");
        answer.end(`<!doctype html><title>Bells</title><footer>${link}</footer>`);
      } else {
        answer.statusCode = 404;
        answer.end();
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {address: `http://127.0.0.1:${server.address().port}`, stop: () => {
    server.close();
    server.closeAllConnections();
    rmSync(dir, {recursive: true});
  }};
}

export function retire_tests(world) {
  const section = (page, name) => page.getByRole("region", {name});
  let places;
  before(async () => {
    import_archive(world.site);
    places = await serve_places();
  });
  after(() => places.stop());

  it("finds what was said before", async () => {
    const {page} = world.ana;
    await page.goto("/app/retire");
    await page.getByText("No channel is being left.").waitFor();
    await page.getByLabel("Words in posts that were imported").fill("noon");
    await page.getByRole("button", {name: "Search"}).click();
    await page.getByText("We ring at noon").waitFor();
    await page.getByText("1 post, the newest first.").waitFor();
    await examine(page, "a search in the archive");
    await page.getByLabel("Words in posts that were imported").fill("midnight");
    await page.getByRole("button", {name: "Search"}).click();
    await page.getByText("No post has all of these words.").waitFor();
    assert.equal(await page.getByRole("button", {name: "Make a plan"}).count(), 0);
  });

  it("records a decision and makes a plan from where a channel leads", async () => {
    const {page} = world.cleo;
    await page.goto("/app/channels/x");
    await page.getByLabel("What it is for").selectOption("reserved");
    await page.getByRole("link", {name: "Record a decision and make a plan"}).click();
    await page.getByText("x is to become: Reserved.").waitFor();
    await page.getByRole("button", {name: "Record a decision"}).click();
    const decision = page.getByRole("dialog", {name: "Record a decision"});
    // The list of channels comes a moment later.
    await decision.locator("option", {hasText: "x"}).first().waitFor({state: "attached"});
    assert.equal(await decision.getByLabel("The channel").inputValue(), "x");
    await decision.getByLabel("What was decided").fill("Leave X, keep the name");
    await decision.getByLabel("Which body decided").fill("Bell council");
    assert.deepEqual(await findings(page), []);
    await decision.getByRole("button", {name: "Save"}).click();
    await page.getByText("Leave X, keep the name").waitFor();
    await page.getByRole("button", {name: "Make a plan"}).click();
    await page.getByRole("dialog").getByRole("button", {name: "Make the plan"}).click();
    await page.waitForURL("**/app/retire/x");
    await page.getByRole("heading", {name: "x becomes: Reserved", level: 1}).waitFor();
    await examine(page, "a plan");
  });

  it("goes on with a plan, and settles a step by what a person says", async () => {
    const {page} = world.cleo;
    const steps = async () => (await api(world.cleo, "GET", "/retirements?channel=x"))[0].steps;
    await page.goto("/app/retire/x");
    await page.getByRole("button", {name: "Go on"}).click();
    await page.getByText(/It waits for somebody/).waitFor();
    const open = (await steps()).find((one) => one.state === "open");
    const current = page.locator("[aria-current=step]");
    await current.getByRole("heading", {name: open.title}).waitFor();
    // What nobody may leave out is refused in words, and what was typed stays.
    await current.getByRole("button", {name: "Leave it out"}).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why it is left out").fill("We try it here.");
    assert.deepEqual(await findings(page), []);
    await dialog.getByRole("button", {name: "Leave it out"}).click();
    await dialog.getByText("this step cannot be left out").waitFor();
    assert.equal(await dialog.getByLabel("Why it is left out").inputValue(), "We try it here.");
    await dialog.getByRole("button", {name: "Cancel"}).click();
    await current.getByRole("button", {name: "It is done"}).click();
    await dialog.getByLabel("How others can see that").fill("Asked on the list.");
    await dialog.getByRole("button", {name: "It is done"}).click();
    await page.getByText("Asked on the list.").waitFor();
    const after = (await steps()).find((one) => one.key === open.key);
    assert.equal(after.state, "done");
    assert.match(after.proof, /^Asked on the list\./);
    await fits_everywhere(page, "/app/retire/x", "Asked on the list.");
    await fits_everywhere(page, "/app/retire", "Leave X, keep the name");
  });

  it("finds what still points there, with the patch that the decision allows", async () => {
    const {page} = world.cleo;
    await api(world.cleo, "PATCH", "/channels/x", {set: ['url="https://x.com/ringing_bells"']});
    while ((await api(world.cleo, "GET", "/channels/x")).url !== "https://x.com/ringing_bells")
      await new Promise((resolve) => setTimeout(resolve, 100));
    await page.goto("/app/retire/x");
    await page.getByRole("link", {name: "Find what still points there"}).click();
    await page.getByRole("heading", {name: "What still points to x", level: 1}).waitFor();
    const search = async (address) => {
      await page.getByLabel("The address").fill(address);
      await page.getByRole("button", {name: "Search", exact: true}).click();
    };
    await search(`${places.address}/nothing.git`);
    await page.getByText(/^Git cannot copy http:/).waitFor();
    await search(`${places.address}/bells.git`);
    await page.getByText(/lines? points? there\. 3 files read/).waitFor();
    const delist = section(page, /^To be removed/);
    await delist.getByText("footer.html:3").waitFor();
    await section(page, /^To be left/).getByText("_posts/2020-01-01-a.md:1").waitFor();
    const patch = section(page, "The patch");
    await patch.getByText("1 file changes.").waitFor();
    await patch.getByText(/decision does not reach: Dated posts/).waitFor();
    assert.match(await patch.locator(".difference .gone").innerText(), /x\.com\/ringing_bells/);
    await examine(page, "links in a repository");
    const [download] = await Promise.all([page.waitForEvent("download"),
      patch.getByRole("link", {name: "Download the patch"}).click()]);
    assert.equal(download.suggestedFilename(), "leave-x.patch");
    assert.match(readFileSync(await download.path(), "utf8"), /^--- a\/footer\.html/);
    await page.getByLabel("Words in path or reason").fill("footer");
    await section(page, /^To be left/).waitFor({state: "detached"});
    await page.getByLabel("A web site").check();
    await search(`${places.address}/`);
    await page.getByText("1 line points there. 1 page read.").waitFor();
    assert.equal(await patch.count(), 0);
    for (const lang of ["en-XA", "ar-XB", "en"]) {
      await page.goto(`/app/retire/x/links?lang=${lang}`);
      await page.locator("input[type=url]").waitFor();
      for (const width of [320, 768]) {
        await page.setViewportSize({width, height: 800});
        await fits(page, `links, ${lang}, ${width} px`);
      }
    }
    await world.ana.page.goto("/app/retire/x/links");
    await world.ana.page.getByRole("heading", {level: 1}).waitFor();
    assert.equal(await world.ana.page.getByLabel("The address").count(), 0);
  });
}
