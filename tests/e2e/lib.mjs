// The real program on a port of this machine, people who are signed in, and a browser.
import {execFileSync, spawn} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import assert from "node:assert/strict";
import axe from "axe-core";
import {chromium} from "playwright-core";

const password = "seven lanterns below the mill";

// A new workspace, served; with `example`, after the first announcement that `make run` publishes.
// `address` is where; `stop` ends it and takes its files away.
export async function serve(carillon, channels, {example = false} = {}) {
  const dir = mkdtempSync(join(tmpdir(), "carillon-e2e-"));
  const run = (...words) => execFileSync(carillon, words, {cwd: dir, encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"]});
  run("init", ".");
  for (const words of channels) run("channel", "add", ...words);
  if (example)
    run("publish", join(process.env.CARILLON_SOURCE, "examples", "first-announcement.md"));
  const server = spawn(carillon, ["serve", "--listen", "127.0.0.1:0"],
    {cwd: dir, stdio: ["ignore", "ignore", "pipe"]});
  const ended = new Promise((resolve) => server.once("exit", resolve));
  let said = "";
  const address = await new Promise((resolve, reject) => {
    server.stderr.on("data", (bytes) => {
      said += bytes;
      const found = /Serving (http:\/\/127\.0\.0\.1:\d+)\//.exec(said);
      if (found) resolve(found[1]);
    });
    ended.then(() => reject(new Error(`it does not serve: ${said}`)));
  });
  return {
    address, dir, run, said: () => said,
    stop: async () => {
      server.kill("SIGTERM");
      await ended;
      rmSync(dir, {recursive: true});
    },
  };
}

export async function launch() {
  return await chromium.launch({
    executablePath: process.env.CARILLON_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb",
      "--hide-scrollbars"],
  });
}

const look = {width: 1440, height: 900};

// A browser of somebody's own. What a page says against its own rules (CSP) or throws is gathered
// in `faults`.
export async function newcomer(browser, site, options = {}) {
  const context = await browser.newContext({baseURL: site.address, viewport: look,
    timezoneId: "Asia/Kolkata", locale: "en-GB", reducedMotion: "reduce", ...options});
  // Long, since a busy machine makes everything wait; what is right is there in a moment.
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) faults.push(message.text());
  });
  return {context, page, faults};
}

// Somebody who came in by an invitation.
export async function person(browser, site, name, role, options = {}) {
  const {context, page, faults} = await newcomer(browser, site, options);
  const link = /\/welcome\/[\w-]+/.exec(site.run("person", "invite", `${name}@example.org`,
    "--role", role))[0];
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("A password", {exact: true}).fill(password);
  await page.getByLabel("The same password again").fill(password);
  await page.getByRole("button", {name: "Come in"}).click();
  await page.waitForURL("**/app");
  return {name, context, page, faults, password};
}

// Asks the interface as this person.
export async function api(who, method, path, body) {
  const session = await (await who.context.request.get("/api/v1/session")).json();
  const reply = await who.context.request.fetch(`/api/v1${path}`, {method,
    headers: {"X-CSRF": session.csrf}, ...(body ? {data: body} : {})});
  const text = await reply.text();
  assert.ok(reply.ok(), `${method} ${path}: ${reply.status()} ${text}`);
  return JSON.parse(text);
}

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What axe has against the page as it is now. It runs in a world of its own, beside the CSP.
export async function findings(page) {
  const client = await page.context().newCDPSession(page);
  const {frameTree} = await client.send("Page.getFrameTree");
  const {executionContextId} = await client.send("Page.createIsolatedWorld",
    {frameId: frameTree.frame.id, worldName: "axe"});
  const run = `${axe.source};
    axe.run(document, {runOnly: ${JSON.stringify(rules)}, resultTypes: ["violations"]})
      .then((all) => JSON.stringify(all.violations.map((one) =>
        one.id + ": " + one.nodes.map((node) => node.html.slice(0, 160)).join(" | "))))`;
  const {result, exceptionDetails} = await client.send("Runtime.evaluate",
    {expression: run, contextId: executionContextId, awaitPromise: true, returnByValue: true});
  await client.detach();
  assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
  return JSON.parse(result.value);
}

// Every width and both themes: no finding, nothing wider than the window.
export async function examine(page, what) {
  for (const width of [1440, 390]) {
    await page.setViewportSize({width, height: width === 390 ? 844 : 900});
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({colorScheme});
      assert.deepEqual(await findings(page), [], `${what}, ${width} px, ${colorScheme}`);
    }
    await fits(page, `${what}, ${width} px`);
  }
  await page.setViewportSize(look);
  await page.emulateMedia({colorScheme: "light"});
}

export async function fits(page, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth -
    document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${what}: ${wide} px wider than the window`);
}
