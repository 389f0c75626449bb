// The first quarter of an hour of somebody new, as `make run` begins it: from the link that the server
// printed to an announcement on the home and on a second channel. Nothing is done but what the screens
// offer.
import assert from "node:assert/strict";
import {it} from "node:test";
import {newcomer, serve} from "./lib.mjs";

const minutes_allowed = 3;

// `shot` is called with a name wherever there is something new to be seen. Gives the seconds it took.
export async function walk(browser, site, options = {}, shot = async () => {}) {
  const begun = Date.now();
  const {page, faults} = await newcomer(browser, site, options);
  await page.goto(/\/welcome\/[\w-]+/.exec(site.said())[0]);
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("A password", {exact: true}).fill("seven lanterns below the mill");
  await page.getByLabel("The same password again").fill("seven lanterns below the mill");
  await shot(page, "1-welcome");
  await page.getByRole("button", {name: "Come in", exact: true}).click();
  await page.waitForURL("**/app");
  await page.getByText("Nothing waits for you.").waitFor();
  await shot(page, "2-today");

  // On a phone most ways stand behind "More".
  const channels = page.getByRole("link", {name: "Channels", exact: true}).filter({visible: true});
  if (await channels.count() === 0)
    await page.getByRole("button", {name: "More"}).filter({visible: true}).click();
  await channels.first().click();
  await page.getByRole("link", {name: "Add a channel"}).click();
  await page.getByRole("link", {name: /^Rehearsal/}).click();
  await shot(page, "3-add-a-channel");
  await page.getByRole("button", {name: "Add the channel"}).click();
  await page.waitForURL("**/app/channels/echo");
  await page.getByRole("region", {name: "Health"}).getByText("Works").waitFor();
  await shot(page, "4-channel");

  await page.getByRole("link", {name: "Write", exact: true}).filter({visible: true}).first().click();
  await page.getByLabel("Title", {exact: true}).fill("We have a home");
  await page.getByLabel("Text for all channels").fill("From today on you find us at our own address.");
  const preview = page.getByRole("region", {name: "Preview"});
  await preview.getByText("From today on").first().waitFor();
  await shot(page, "5-write");
  await page.getByRole("button", {name: "Save", exact: true}).click();
  await page.getByRole("button", {name: "Publish…"}).click();
  await shot(page, "6-publish");
  await page.getByRole("dialog").getByRole("button", {name: "Publish now"}).click();
  await page.waitForURL("**/app/announcement/we-have-a-home");
  await page.getByRole("button", {name: "Undo"}).waitFor();
  await shot(page, "7-ten-seconds");
  const rows = page.getByRole("region", {name: "Deliveries"}).getByRole("listitem");
  for (const channel of ["home", "echo"])
    await rows.filter({has: page.getByRole("heading", {name: channel, exact: true})})
      .getByText("Published", {exact: true}).waitFor();
  await shot(page, "8-published");
  // The home shows it within a second.
  while ((await page.goto("/posts/we-have-a-home/")).status() === 404)
    await page.waitForTimeout(100);
  await page.getByText("From today on you find us at our own address.").waitFor();
  await shot(page, "9-home");
  assert.deepEqual(faults, []);
  await page.context().close();
  return (Date.now() - begun) / 1000;
}

export const first_site = () => serve(process.env.CARILLON, [], {example: true});

export function walk_tests(world) {
  for (const [name, options] of [["a desk", {}],
    ["a phone", {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true}]]) {
    it(`leads somebody new on ${name} from the printed link to two channels`, async () => {
      const site = await first_site();
      try {
        const took = await walk(world.browser, site, options);
        console.log(`the first announcement on ${name}: ${took.toFixed(0)} s`);
        assert.ok(took < minutes_allowed * 60, `it took ${took} s`);
      } finally {
        await site.stop();
      }
    });
  }
}
