// How channels stand: what their servers said when they were last asked, and what went out there.
import {signal} from "@preact/signals";
import {call, type Reply} from "../api";
import {Pill} from "../parts/status";
import {invalidate, resource} from "../resource";

export type Channel = Reply<"GET", "/channels">[number];
export type Use = Channel["use"];
type Look = Parameters<typeof Pill>[0];
type Line = Reply<"GET", "/announcements">[number];

export const looks: Record<Use, Look> = {
  home: {tone: "ok", icon: "today", word: "use.home"},
  broadcast: {tone: "ok", icon: "send", word: "use.broadcast"},
  inactive: {tone: "plain", icon: "clock", word: "use.inactive"},
  reserved: {tone: "info", icon: "hand", word: "use.reserved"},
  closed: {tone: "plain", icon: "cross", word: "use.closed"},
};
export const uses: Use[] = ["home", "broadcast", "inactive", "reserved", "closed"];
// A body decides that a channel becomes one of these.
export const ends = (use: Use): boolean =>
  use === "inactive" || use === "reserved" || use === "closed";

export const ask_channels = () => call("GET", "/channels", {});
export const ask_channel = (name: string) => call("GET", "/channels/{name}", {name});

// The server reads its carillon.yaml anew once a second; until then it answers as before.
const reread_ms = 2000;

// Shows what the server made of a change.
export function show_changed(channel: Channel): void {
  const {name} = channel;
  resource(`channels/${name}`, () => ask_channel(name)).value.value = channel;
  const list = resource("channels", ask_channels).value;
  list.value = list.peek()?.map((one) => one.name === name ? channel : one);
  window.setTimeout(() => invalidate("channels", "register"), reread_ms);
}

export type Checked = Reply<"POST", "/channel-checks">[number] & {at: string};

// The last answer of each channel's server since this page was opened.
export const checks = signal<Record<string, Checked>>({});

export async function check(names: string[]): Promise<void> {
  const found = await call("POST", "/channel-checks", {name: names});
  const at = new Date().toISOString();
  checks.value = {...checks.peek(),
    ...Object.fromEntries(found.map((one) => [one.channel, {...one, at}]))};
}

const asked_again_ms = 250;
const asked_at_most = 40;

// Waits until the server knows a channel that was just added. False: it did not within ten seconds.
export async function known(name: string): Promise<boolean> {
  for (let i = 0; i < asked_at_most; ++i) {
    if ((await ask_channels()).some((one) => one.name === name)) return true;
    await new Promise((resolve) => window.setTimeout(resolve, asked_again_ms));
  }
  return false;
}

export interface Standing {
  last: {due: string; title: string; id: string} | undefined;
  waits: number;
  needs_person: number;
}

// The lines come with the latest first.
export function standing_of(channel: string, lines: Line[]): Standing {
  const out: Standing = {last: undefined, waits: 0, needs_person: 0};
  for (const line of lines) {
    for (const one of line.channels) {
      if (one.channel !== channel) continue;
      if (one.state === "published" && out.last === undefined)
        out.last = {due: line.due, title: line.title, id: line.id};
      if (one.needs_person) out.needs_person += 1;
      else if (one.state === "planned" || one.state === "due" || one.state === "armed") out.waits += 1;
    }
  }
  return out;
}
