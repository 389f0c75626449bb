// Stands in the page and runs before anything else, so that a chosen theme never flashes in the other
// one and nothing here waits for a file.
const chosen = localStorage.getItem("carillon.theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;
const asked = new URLSearchParams(location.search).get("lang");
if (asked === "en" || asked === "en-XA" || asked === "ar-XB")
  localStorage.setItem("carillon.lang", asked);
const lang = localStorage.getItem("carillon.lang") ?? "en";
document.documentElement.lang = lang;
document.documentElement.dir = lang === "ar-XB" ? "rtl" : "ltr";

interface Window {
  session_asked?: Promise<Response | undefined>;  // undefined: no answer
}
// Whoever draws must know who is signed in: asked while the rest is on its way.
window.session_asked = fetch("/api/v1/session",
  {headers: {Accept: "application/json"}, cache: "no-store"}).catch(() => undefined);

// The first of all formats makes a browser read its tables, for a fiftieth of a second or longer: done
// while the program is on its way, not while a screen is drawn.
setTimeout(() => new Intl.DateTimeFormat(lang, {dateStyle: "medium", timeStyle: "short"})
  .format(), 0);
