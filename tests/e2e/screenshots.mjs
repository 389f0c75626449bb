// screenshots.mjs OUT: pictures of each screen, light and dark, wide and on a phone.
import {appendFileSync, mkdirSync} from "node:fs";
import {join} from "node:path";
import {fill, screens} from "./demo.mjs";
import {launch, person, serve} from "./lib.mjs";
import {serve_places} from "./retire.mjs";
import {first_site, walk} from "./walk.mjs";

const out = process.argv[2];
mkdirSync(out, {recursive: true});
const site = await serve(process.env.CARILLON, [["echo", "practice"], ["manual", "x", "--set",
  "rules=x", "--set", "url=https://x.com/ringing_bells"]]);
const browser = await launch();
const places = await serve_places();
try {
  const ana = await person(browser, site, "Ana", "author");
  const ben = await person(browser, site, "Ben", "editor");
  const cleo = await person(browser, site, "Cleo", "admin");
  appendFileSync(join(site.dir, "carillon.yaml"), "propose:\n  open: true\n");
  const made = await fill(site, ana, ben, cleo);
  for (const [name, who, address, ready] of screens(ana, ben, cleo, made, places.address)) {
    for (const width of [1440, 390]) {
      await who.page.setViewportSize({width, height: width === 390 ? 844 : 900});
      for (const colorScheme of ["light", "dark"]) {
        await who.page.emulateMedia({colorScheme});
        await who.page.goto(address);
        await ready(who.page);
        await who.page.screenshot({path: join(out, `${name}-${width}-${colorScheme}.png`),
          fullPage: true});
      }
    }
  }
  for (const [look, options] of [["1440-light", {}], ["1440-dark", {colorScheme: "dark"}],
    ["390-light", {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true}]]) {
    const first = await first_site();
    try {
      await walk(browser, first, options, async (page, name) => {
        await page.screenshot({path: join(out, `walk-${name}-${look}.png`), fullPage: true});
      });
    } finally {
      await first.stop();
    }
  }
} finally {
  await browser.close();
  places.stop();
  await site.stop();
}
