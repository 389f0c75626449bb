// What stands in the calendar: announcements by their time, and drafts whose text names one.
import type {Reply} from "../api";
import {Pill} from "../parts/status";
import {in_wall_time} from "./days";

type Line = Reply<"GET", "/announcements">[number];
type DraftLine = Reply<"GET", "/drafts">[number];
type Look = Parameters<typeof Pill>[0];

// What items are chosen by. Attention: partly published, failed or not confirmed.
export type ItemState = "draft" | "scheduled" | "published" | "attention" | "other";

export interface Item {
  id: string;
  state: ItemState;
  title: string;
  due: string;      // RFC 3339
  day: string;      // of the zone that is shown
  time: string;
  look: Look;
  href: string;
  channels: string[];
  draft: boolean;   // nothing is planned yet
  movable: boolean;
}

const looks: Record<Line["state"], Look> = {
  scheduled: {tone: "waits", icon: "clock", word: "state.planned"},
  publishing: {tone: "info", icon: "send", word: "state.armed"},
  published: {tone: "ok", icon: "check", word: "state.published"},
  partly: {tone: "attention", icon: "warning", word: "calendar.partly"},
  failed: {tone: "danger", icon: "cross", word: "calendar.failed"},
  unconfirmed: {tone: "attention", icon: "question", word: "state.unconfirmed"},
  cancelled: {tone: "plain", icon: "cross", word: "state.cancelled"},
};

const draft_looks: Record<DraftLine["state"], Look> = {
  writing: {tone: "plain", icon: "write", word: "state.writing"},
  asked: {tone: "plain", icon: "eye", word: "state.asked"},
  returned: {tone: "plain", icon: "back", word: "state.returned"},
  cleared: {tone: "plain", icon: "check", word: "state.cleared"},
  published: {tone: "ok", icon: "send", word: "state.on_its_way"},
};

const state_of = (state: Line["state"]): ItemState =>
  state === "scheduled" || state === "published" ? state
    : state === "partly" || state === "failed" || state === "unconfirmed" ? "attention" : "other";

// Its time stands in its text, and another text must be looked at anew: so only while it is written.
const draft_item = (one: DraftLine, at: {day: string; time: string}): Item => ({
  id: one.id, state: "draft", title: one.title, due: one.due, ...at, look: draft_looks[one.state],
  href: `/app/draft/${one.id}`, channels: [], draft: true,
  movable: one.state === "writing" || one.state === "returned"});

// When a draft goes out that is put on a day and names no time yet.
const usual_time = "09:00";

// Drafts without a time, the latest first.
export const undated = (drafts: DraftLine[]): Item[] =>
  drafts.filter((one) => one.due === "" && one.state !== "published")
    .sort((a, b) => a.at < b.at ? 1 : -1).map((one) => draft_item(one, {day: "", time: usual_time}));

export function items_of(lines: Line[], drafts: DraftLine[], zone: string, editor: boolean): Item[] {
  const planned = lines.map((one): Item => ({
    id: one.id, state: state_of(one.state), title: one.title, due: one.due,
    ...in_wall_time(one.due, zone), look: looks[one.state], href: `/app/announcement/${encodeURIComponent(one.id)}`,
    channels: one.channels.map((each) => each.channel), draft: false,
    movable: editor && one.state === "scheduled"}));
  const meant = drafts.filter((one) => one.due !== "" && one.state !== "published")
    .map((one) => draft_item(one, in_wall_time(one.due, zone)));
  return [...planned, ...meant].sort((a, b) => a.due < b.due ? -1 : a.due > b.due ? 1 : 0);
}

export function by_day(items: Item[]): Map<string, Item[]> {
  const out = new Map<string, Item[]>();
  for (const one of items) {
    const there = out.get(one.day);
    if (there) there.push(one);
    else out.set(one.day, [one]);
  }
  return out;
}

// The longest run of days on which nothing goes out, of at least a week.
export function longest_gap(days: string[], busy: Map<string, Item[]>):
    {from: string; to: string; days: number} | undefined {
  let best: {from: string; to: string; days: number} | undefined;
  let run: string[] = [];
  for (const day of [...days, ""]) {
    if (day !== "" && !busy.has(day)) {
      run.push(day);
      continue;
    }
    if (run.length >= 7 && run.length > (best?.days ?? 0))
      best = {from: run[0] ?? "", to: run.at(-1) ?? "", days: run.length};
    run = [];
  }
  return best;
}
