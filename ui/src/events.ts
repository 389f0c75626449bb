// What changed on the server, as it happens: server-sent events where the server has them, else
// everything that is shown is asked for again every 20 seconds.
import {signal} from "@preact/signals";
import {invalidate, invalidate_all} from "./resource";

export interface Change {
  kind: string;     // "draft.saved"
  subject: string;  // the id of what it is about
}

// The last change, for who must know of it at once.
export const last_change = signal<Change | undefined>(undefined);

const fallback_ms = 20_000;
// A screen that was just drawn is asked for again only once it has long been there.
const settled_ms = 4000;

// The keys of resources that an event may have changed, by the first word of its kind.
const touched: Record<string, string[]> = {
  draft: ["drafts", "today"],
  announcement: ["announcements", "deliveries", "drafts", "today"],
  delivery: ["announcements", "deliveries", "today"],
  proposal: ["proposals", "today"],
  person: ["people", "today"],
  home: ["replies", "reports", "today"],
  session: ["sessions"],
  token: ["tokens"],
  channel: ["channels", "register"],
};

function take(change: Change): void {
  const stems = touched[change.kind.split(/[._ ]/)[0] ?? ""];
  if (stems === undefined) invalidate_all();
  else invalidate(...stems);
  last_change.value = change;
}

let source: EventSource | undefined;
let timer: number | undefined;
let heard = false;

function ask_by_clock(): void {
  timer ??= window.setInterval(invalidate_all, fallback_ms);
}

function open_stream(): void {
  if (source) return;
  source = new EventSource("/api/v1/events/stream");
  source.addEventListener("open", () => {
    window.clearInterval(timer);
    timer = undefined;
    // Whatever happened while nobody listened: on the first time that is the blink of an eye.
    if (heard) invalidate_all();
    else window.setTimeout(invalidate_all, settled_ms);
    heard = true;
  });
  source.addEventListener("change", (event) => {
    take(JSON.parse((event as MessageEvent<string>).data) as Change);
  });
  source.addEventListener("error", () => {
    ask_by_clock();
    // A browser gives up where the answer is no stream; when the window comes back it tries anew.
    if (source?.readyState === EventSource.CLOSED) source = undefined;
  });
}

function close_stream(): void {
  source?.close();
  source = undefined;
  window.clearInterval(timer);
  timer = undefined;
}

// Only while the window is seen: a browser has six connections to a server, and each stream of a
// forgotten tab would hold one.
export function listen(): void {
  const look = () => document.visibilityState === "visible" ? open_stream() : close_stream();
  document.addEventListener("visibilitychange", look);
  look();
}
