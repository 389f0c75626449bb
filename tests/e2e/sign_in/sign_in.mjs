// sign_in.mjs CHROMIUM SITE FIRST_LINK INVITATION: people come in by passkeys and by an account elsewhere,
// in a real browser with the authenticator that it has for tests.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { authenticator, press, shows, there, visitor_of } from "./people.mjs";

const [executablePath, site, first, invitation] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

const visitor = visitor_of(browser);
const step = words => console.log(`sign_in: ${words}`);
async function signOut(page) {
  await page.goto(`${site}/account`);
  await press(page, "Sign out");
  await page.waitForURL(`${site}/sign-in`);
}

// The first admin comes by a passkey and has no password.
const ana = await visitor();
const { cdp, authenticatorId } = await authenticator(ana);
await ana.goto(first);
await press(ana, "Come in with a passkey and no password");
await shows(ana, "The name is empty.");
await ana.getByLabel("Your name").fill("Ana");
await press(ana, "Come in with a passkey and no password");
await ana.waitForURL(`${site}/app`);
await ana.goto(`${site}/account`);
await shows(ana, "You have none. A new one ends all other sessions.");
const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
assert.equal(credentials.length, 1);
assert.equal(credentials[0].rpId, "localhost");
assert.equal(credentials[0].isResidentCredential, true);
step("a passkey is made at an invitation");

// Out and in again, without a name.
await signOut(ana);
await press(ana, "Sign in with a passkey");
await ana.waitForURL(`${site}/app`);
step("a passkey signs in without a name");

// The device holds one already; the last one stays; it has a name.
await ana.goto(`${site}/account`);
await press(ana, "Add a passkey");
await shows(ana, "This device holds a passkey for you already.");
await press(ana, "Remove the passkey Chrome on Linux");
await shows(ana, "This is the only way in which you can sign in.");
await ana.getByLabel("Another name for Chrome on Linux").fill("my laptop");
await press(ana, "Rename the passkey Chrome on Linux");
await shows(ana, "The passkey has another name.");
assert.equal(await ana.locator("strong", { hasText: "my laptop" }).count(), 1);
step("a passkey is renamed, not made twice, and the last one stays");

// A device that does not look who is there lets nobody in.
await signOut(ana);
await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
await press(ana, "Sign in with a passkey");
await shows(ana, "Nothing was done: it was cancelled, or it took too long.");
assert.equal(new URL(ana.url()).pathname, "/sign-in");
await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
await press(ana, "Sign in with a passkey");
await ana.waitForURL(`${site}/app`);
step("nobody comes in whom the device did not see");

// Without a script the page offers what works without one.
const plain = await visitor({ javaScriptEnabled: false });
await plain.goto(`${site}/sign-in`);
assert.equal(await plain.getByRole("button", { name: "Sign in with a passkey" }).count(), 0);
assert.equal(await plain.getByRole("button", { name: "Sign in", exact: true }).count(), 1);
step("without a script there is a password");

// An account elsewhere is linked, and then lets in.
await ana.goto(`${site}/account`);
await press(ana, "Link an account at Tea Login");
await there(ana, "ana-elsewhere");
await ana.waitForURL(`${site}/account#identities`);
await shows(ana, "ana-elsewhere");
await signOut(ana);
await press(ana, "Sign in with Tea Login");
await ana.waitForURL(`${site}/app`);
step("an account elsewhere is linked, and signs in");

// One that nobody has linked makes nobody a member.
const mallory = await visitor();
await mallory.goto(`${site}/sign-in`);
await press(mallory, "Sign in with Tea Login");
await there(mallory, "mallory");
await shows(mallory, "Nobody here has linked this account at Tea Login.");
const used = mallory.url();
await mallory.goto(used);
await shows(mallory, "This took too long, or was done already.");
step("an account that is linked with nobody lets nobody in, and an answer counts once");

// An invitation is taken with one.
const zoe = await visitor();
await zoe.goto(invitation);
await zoe.getByLabel("Your name").fill("Zoe");
await press(zoe, "Come in with Tea Login");
await there(zoe, "zoe");
await zoe.waitForURL(`${site}/app`);
await zoe.goto(`${site}/account`);
await shows(zoe, "You are author here.");
step("an invitation is taken with an account elsewhere");

await browser.close();
