// Which address is shown. Links are links; only those to our own screens are taken over.
import {signal} from "@preact/signals";

// `visit` tells one opening of a screen from the next at the same address. A screen that only
// changes its query, as a calendar does its month, stays open.
export const place = signal({path: location.pathname, query: location.search, visit: 0});

function show(to: {pathname: string; search: string}): void {
  const {path, query, visit} = place.peek();
  const stays = path === to.pathname && query !== to.search;
  place.value = {path: to.pathname, query: to.search, visit: stays ? visit : visit + 1};
}

export function go(address: string, replace = false): void {
  const to = new URL(address, location.href);
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  show(to);
}

// The members that the path names ("/app/draft/:id"), or nothing when it is another path.
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.replace(/\/$/, "").split("/");
  if (wanted.length !== given.length) return undefined;
  const out: Record<string, string> = {};
  for (let i = 0; i < wanted.length; ++i) {
    const part = wanted[i] ?? "";
    const value = given[i] ?? "";
    if (part.startsWith(":")) {
      if (value === "") return undefined;
      out[part.slice(1)] = decodeURIComponent(value);
    } else if (part !== value) {
      return undefined;
    }
  }
  return out;
}

// What the window is called; screens say it again when they know more.
export function name_window(title: string): void {
  document.title = title === "" ? "Carillon" : `${title} – Carillon`;
}

export function start_router(): void {
  window.addEventListener("popstate", () => show(location));
  document.addEventListener("click", (event) => {
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const link = (event.target as Element | null)?.closest?.("a");
    const taken = !link || link.target !== "" || link.hasAttribute("download");
    if (!plain || event.defaultPrevented || taken) return;
    const to = new URL(link.href, location.href);
    if (to.origin !== location.origin || !/^\/app(\/|$)/.test(to.pathname)) return;
    if (to.pathname === location.pathname && to.hash !== "") return;
    event.preventDefault();
    go(to.pathname + to.search);
  });
}
