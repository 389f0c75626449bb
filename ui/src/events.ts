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

// The keys of resources that an event may have changed, by the first word of its kind.
const touched: Record<string, string[]> = {
  draft: ["drafts", "today"],
  copy: ["drafts"],
  announcement: ["deliveries", "drafts", "today"],
  delivery: ["deliveries", "today"],
  proposal: ["proposals", "today"],
  person: ["people", "today"],
  session: ["sessions"],
  token: ["tokens"],
  channel: ["channels", "register"],
  media: ["media"],
};

function take(change: Change): void {
  const stems = touched[change.kind.split(/[._ ]/)[0] ?? ""];
  if (stems === undefined) invalidate_all();
  else invalidate(...stems);
  last_change.value = change;
}

export function listen(): void {
  let timer: number | undefined;
  const ask_by_clock = () => {
    timer ??= window.setInterval(() => {
      if (document.visibilityState === "visible") invalidate_all();
    }, fallback_ms);
  };
  const source = new EventSource("/api/v1/events/stream");
  source.addEventListener("open", () => {
    window.clearInterval(timer);
    timer = undefined;
    // Whatever happened while nobody listened.
    invalidate_all();
  });
  source.addEventListener("change", (event) => {
    take(JSON.parse((event as MessageEvent<string>).data) as Change);
  });
  source.addEventListener("error", ask_by_clock);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") invalidate_all();
  });
}
