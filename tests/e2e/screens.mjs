// What is asked of every screen.
import {fits} from "./lib.mjs";

// Nothing is wider than the window, in words that are longer and from right to left too. `shown`: a
// text by which the screen is known to be drawn.
export async function fits_everywhere(page, address, shown) {
  try {
    for (const lang of ["en-XA", "ar-XB", "en"]) {
      await page.goto(`${address}${address.includes("?") ? "&" : "?"}lang=${lang}`);
      await page.getByText(shown).first().waitFor();
      for (const width of [320, 390, 768, 1440]) {
        await page.setViewportSize({width, height: 800});
        await fits(page, `${address}, ${lang}, ${width} px`);
      }
    }
  } finally {
    await page.evaluate(() => localStorage.removeItem("carillon.lang"));
  }
}
