// What people do on the pages of signing in.
import assert from "node:assert/strict";

// Makes windows of people who have nothing to do with each other.
export const visitor_of = browser => async (options = {}) => {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  page.on("console", line => {
    if (/Content Security Policy/.test(line.text())) assert.fail(line.text());
  });
  return page;
};

export async function authenticator(page, more = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true,
      hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...more },
  });
  return { cdp, authenticatorId };
}

export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
export const shows = (page, text) => page.getByText(text).first().waitFor();

// At the provider.
export async function there(page, who) {
  await page.waitForURL(/interaction/);
  await page.locator("input[name=login]").fill(who);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.getByText("Continue").first().click();
}
