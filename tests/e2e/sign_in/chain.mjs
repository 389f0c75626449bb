// chain.mjs CHROMIUM SITE AUTHOR EDITOR EDITOR: one announcement from a stranger's proposal to a delivery
// that a person resolves, in a real browser. AUTHOR… are links of invitations. The author comes by an
// account elsewhere, one editor by a passkey, the other by a password and a code.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { chromium } from "playwright-core";
import { authenticator, press, shows, there, visitor_of } from "./people.mjs";

const [executablePath, site, nora_link, pia_link, otto_link] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const visitor = visitor_of(browser);
const step = words => console.log(`chain: ${words}`);

// RFC 6238 with the defaults of authenticator apps; `secret` in base 32.
function code_at(secret, ms) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const one of secret.replaceAll(/[^A-Z2-7]/g, ""))
    bits += alphabet.indexOf(one).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

async function api(page, method, path, data) {
  const session = await (await page.request.get(`${site}/api/v1/session`)).json();
  return await page.request.fetch(`${site}/api/v1${path}`,
    { method, headers: { "X-CSRF": session.csrf }, ...(data ? { data } : {}) });
}

// Somebody without an account, and without a script.
const stranger = await visitor({ javaScriptEnabled: false });
await stranger.goto(`${site}/propose`);
await stranger.getByLabel("What shall we announce?").fill("The bell of the school has a new rope.");
await stranger.getByLabel(/^Your name/).fill("Petra");
// The form is given back to who is quicker than people write.
while (!/\/propose\/./.test(new URL(stranger.url()).pathname)) await press(stranger, "Propose");
await shows(stranger, "Thank you: it is with us");
const fate = stranger.url();
step("a stranger proposes, without an account");

// The author comes by an account elsewhere and takes it.
const nora = await visitor();
await nora.goto(nora_link);
await nora.getByLabel("Your name").fill("Nora");
await press(nora, "Come in with Tea Login");
await there(nora, "nora");
await nora.waitForURL(`${site}/app`);

const pia = await visitor();
await authenticator(pia);
await pia.goto(pia_link);
await pia.getByLabel("Your name").fill("Pia");
await press(pia, "Come in with a passkey and no password");
await pia.waitForURL(`${site}/app`);

const otto = await visitor();
const password = "seven lanterns below the mill";
await otto.goto(otto_link);
await otto.getByLabel("Your name").fill("Otto");
await otto.getByLabel("A password", { exact: true }).fill(password);
await otto.getByLabel("The same password again").fill(password);
await press(otto, "Come in");
await otto.waitForURL(`${site}/app`);
await otto.goto(`${site}/account`);
const factor = otto.locator("#second-factor");
await factor.getByLabel("Your password").fill(password);
await factor.getByRole("button", { name: "Turn on" }).click();
const secret = await factor.locator("code").first().innerText();
const first_code = code_at(secret, Date.now());
await factor.getByRole("textbox", { name: "Code" }).fill(first_code);
await factor.getByRole("button", { name: "Turn on" }).click();
await shows(otto, "recovery codes");
await otto.goto(`${site}/account`);
await press(otto, "Sign out");
await otto.waitForURL(`${site}/sign-in`);
await otto.getByLabel("E-mail address").fill("otto@example.org");
await otto.getByLabel("Password").fill(password);
await press(otto, "Sign in");
// A code counts once; the next one may be used a little early.
await otto.getByRole("textbox", { name: "Code" }).fill(first_code);
await press(otto, "Go on");
await shows(otto, "This code is not right, or was used already.");
await otto.getByRole("textbox", { name: "Code" }).fill(code_at(secret, Date.now() + 30_000));
await press(otto, "Go on");
await otto.waitForURL(`${site}/app`);
step("an account elsewhere, a passkey, and a password with a code let in");

// Otto makes a draft of it, and may not approve what he wrote.
await otto.goto(`${site}/app/proposals`);
await otto.getByRole("link", { name: "The bell of the school" }).click();
await press(otto, "Take it into a draft");
await otto.waitForURL(/\/app\/draft\/\w+/);
const id = new URL(otto.url()).pathname.split("/").at(-1);
await otto.getByLabel("Title", { exact: true }).fill("A new rope");
const text = page => page.getByLabel("Text for all channels");
await text(otto).fill("The bell of the school has a new rope. It rings again at eight.");
await press(otto, "Save");
await shows(otto, /^Saved \d/);
await press(otto, "Ask for approval");
await shows(otto, "In review");
assert.equal(await otto.getByRole("button", { name: /^Approve/ }).count(), 0);
const own = await api(otto, "POST", `/drafts/${id}/approvals`, {});
assert.equal(own.status(), 403);
assert.match(await own.text(), /wrote/);
step("an editor may not approve what they wrote");

// Pia approves; an edit voids that; the changes are shown to her; she approves again.
await pia.goto(`${site}/app/draft/${id}`);
await pia.getByRole("button", { name: /^Approve revision/ }).click();
await pia.getByRole("button", { name: /^(Publish|Schedule)…/ }).waitFor();
await nora.goto(`${site}/app/draft/${id}`);
await nora.getByRole("region", { name: "Preview" }).getByText("It rings again at eight.").first()
  .waitFor();
assert.equal(await nora.getByRole("button", { name: /^(Publish|Schedule)…/ }).count(), 0);
await otto.goto(`${site}/app/draft/${id}`);
await text(otto).fill("The bell of the school has a new rope. It rings again at nine.");
await otto.getByLabel("Day").fill("2031-12-01");
await otto.getByLabel("Time", { exact: true }).fill("15:00");
await otto.getByLabel("Time zone").selectOption("UTC");
await shows(otto, "Your changes make a new revision");
await press(otto, "Save");
await shows(otto, "Void: the text was changed since.");
await press(otto, "Ask for approval");
await pia.goto(`${site}/app/draft/${id}`);
await shows(pia, /Approved was revision \d/);
await pia.getByRole("button", { name: /^Approve revision/ }).click();
step("an edit voids an approval, and another gives it again");

// Scheduled, and moved to a moment that comes.
await pia.getByRole("button", { name: /^(Publish|Schedule)…/ }).click();
const dialog = pia.getByRole("dialog");
await dialog.getByText(/December.*2031/).first().waitFor();
await dialog.getByRole("button", { name: /^Schedule/ }).click();
await pia.waitForURL(/\/app\/announcement\//);
const slug = new URL(pia.url()).pathname.split("/").at(-1);
await shows(pia, "Scheduled");
const soon = new Date(Date.now() + 3000).toISOString().replace(/\.\d+Z$/, "Z");
const moved = await api(pia, "PATCH", `/announcements/${slug}`, { at: soon });
assert.ok(moved.ok(), await moved.text());
step("it is scheduled, and moved");

// The receiver takes it and says nothing: nobody knows, so a person looks.
const row = pia.getByRole("region", { name: "Deliveries" }).getByRole("listitem")
  .filter({ has: pia.getByRole("heading", { name: "hook", exact: true }) });
await row.getByText("Not confirmed", { exact: true }).waitFor();
await pia.goto(`${site}/app`);
await shows(pia, /Nobody knows whether/i);
await pia.goto(`${site}/app/announcement/${slug}`);
await row.getByRole("button", { name: "It is there" }).click();
const asked = pia.getByRole("dialog", { name: "It is there" });
await asked.getByLabel("The address of the post").fill("https://hook.example.org/posts/1");
await asked.getByRole("button", { name: "Note it" }).click();
await pia.getByRole("link", { name: "https://hook.example.org/posts/1" }).waitFor();
step("it is published, and a person resolves the delivery that nobody confirmed");

// Everybody reads it at home, and Petra knows what became of her words.
const home = await (await fetch(`${site}/posts/${slug}/`)).text();
assert.match(home, /It rings again at nine\./);
await stranger.goto(fate);
await shows(stranger, "It is published");
step("the proposer finds it published");

await browser.close();
