// screenshots.mjs OUT: pictures of each screen, light and dark, wide and on a phone.
import {mkdirSync} from "node:fs";
import {join} from "node:path";
import {fill, screens} from "./demo.mjs";
import {launch, person, serve} from "./lib.mjs";

const out = process.argv[2];
mkdirSync(out, {recursive: true});
const site = await serve(process.env.CARILLON, [["echo", "practice"], ["manual", "x", "--set",
  "rules=x", "--set", "url=https://x.example/teahouse"]]);
const browser = await launch();
try {
  const ana = await person(browser, site, "Ana", "author");
  const ben = await person(browser, site, "Ben", "editor");
  const made = await fill(ana, ben);
  for (const [name, who, address, ready] of screens(ana, ben, made)) {
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
} finally {
  await browser.close();
  await site.stop();
}
