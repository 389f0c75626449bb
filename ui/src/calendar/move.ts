// Giving an announcement another day: by mouse, by keyboard and by a date, in one way.
import {useSignal, type Signal} from "@preact/signals";
import {useLayoutEffect} from "preact/hooks";
import {call, type ApiError} from "../api";
import {post_file} from "../compose/content";
import {announce, note} from "../live";
import {invalidate, useAct} from "../resource";
import {t} from "../words";
import {add_days, day_words, in_wall_time} from "./days";
import type {Item} from "./items";

export interface Mover {
  // What is carried, and over which day it is.
  carried: Signal<{item: Item; to: string; by: "mouse" | "keys"} | undefined>;
  // What stands elsewhere here than on the server yet.
  placed: Signal<Record<string, Placed>>;
  busy: boolean;
  error: ApiError | undefined;
  lift: (item: Item, by: "mouse" | "keys") => void;
  over: (day: string) => void;
  drop: (item: Item, day: string) => Promise<void>;
  cancel: () => void;
}

export interface Placed {
  item: Item;
  was: string;  // the time that the server knew
}

export interface Placing {
  zone: string;
  // Sees to it that a day is on the screen.
  show: (day: string) => void;
}

// Nothing goes back in time: not to a day that is over, nor to an hour of today that is.
export function may_drop(item: Item, day: string, zone: string): boolean {
  const now = in_wall_time(Date.now(), zone);
  return day > now.day || (day === now.day && item.time > now.time);
}

const steps: Record<string, number> = {ArrowUp: -7, ArrowDown: 7};

export function step_of(key: string): number | undefined {
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  if (key === "ArrowLeft" || key === "ArrowRight") return key === forward ? 1 : -1;
  return steps[key];
}

const focus_on = (id: string) => window.requestAnimationFrame(() =>
  document.querySelector<HTMLElement>(`.calendar [data-item="${CSS.escape(id)}"]`)?.focus());

// The items with what was moved a moment ago where it was moved to.
export function with_placed(items: Item[], placed: Record<string, Placed>): Item[] {
  const there = Object.values(placed).filter(({item, was}) => {
    const known = items.find((one) => one.id === item.id);
    return known === undefined || known.due === was;
  }).map(({item}) => item);
  return [...items.filter((one) => !there.some((each) => each.id === one.id)), ...there]
    .sort((a, b) => a.day + a.time < b.day + b.time ? -1 : 1);
}

// The time of a draft stands in its text: a revision of it. Empty: no time.
async function date_draft(item: Item, at: string): Promise<string> {
  const {content, revision} = await call("GET", "/drafts/{id}", {id: item.id});
  await call("POST", "/drafts",
    {id: item.id, based_on: revision, text: post_file({...content, at})});
  invalidate("drafts", "today");
  const line = (await call("GET", "/drafts", {open: true})).find((one) => one.id === item.id);
  return line?.due ?? "";
}

export function useMover({zone, show}: Placing): Mover {
  const carried = useSignal<{item: Item; to: string; by: "mouse" | "keys"} | undefined>(undefined);
  const placed = useSignal<Record<string, Placed>>({});
  const act = useAct();

  const move = async (item: Item, day: string, at: string, was: string): Promise<string> => {
    placed.value = {...placed.peek(), [item.id]: {item: {...item, day}, was}};
    if (item.draft) return await date_draft(item, at);
    const moved = await call("PATCH", "/announcements/{announcement}", {announcement: item.id, at});
    invalidate("deliveries", "today");
    return moved.due;
  };
  const drop = async (item: Item, day: string): Promise<void> => {
    carried.value = undefined;
    if (day === item.day) {
      announce(t("calendar.put_back", {title: item.title, day: day_words(day)}));
      return;
    }
    if (!may_drop(item, day, zone)) {
      note(t("calendar.is_past", {day: day_words(day), time: item.time}));
      return;
    }
    let now = "";
    const moved = (to: string) => to === "" ? t("calendar.undated", {title: item.title})
      : t("calendar.moved", {title: item.title, day: day_words(to), time: item.time});
    const back = async () => {
      if (await act.run(async () => void await move(item, item.day, item.due, now)))
        note(moved(item.day));
      else placed.value = {};
    };
    const done = await act.run(async () => {
      now = await move(item, day, `${day} ${item.time} ${zone}`, item.due);
    });
    if (done) note(moved(day), () => void back());
    else placed.value = {};
  };
  const over = (to: string) => {
    const now = carried.peek();
    if (now && now.to !== to) carried.value = {...now, to};
  };
  const cancel = () => {
    const now = carried.peek();
    carried.value = undefined;
    if (now?.by !== "keys") return;
    announce(now.item.day === "" ? t("calendar.undated", {title: now.item.title})
      : t("calendar.put_back", {title: now.item.title, day: day_words(now.item.day)}));
    if (now.item.day !== "") show(now.item.day);
    focus_on(now.item.id);
  };

  const held = carried.value?.by === "keys";
  // At once, so that no key pressed right after M is lost.
  useLayoutEffect(() => {
    if (!held) return;
    const pressed = (event: KeyboardEvent) => {
      const now = carried.peek();
      const step = step_of(event.key);
      if (!now) return;
      if (event.key === "Tab") return cancel();
      if (step === undefined && event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      if (step !== undefined) {
        const to = add_days(now.to, step);
        over(to);
        show(to);
        announce(t(may_drop(now.item, to, zone) ? "calendar.over" : "calendar.over_past",
          {day: day_words(to)}));
      } else if (event.key === "Enter") {
        void drop(now.item, now.to);
        focus_on(now.item.id);
      } else {
        cancel();
      }
    };
    document.addEventListener("keydown", pressed, true);
    document.addEventListener("pointerdown", cancel);
    return () => {
      document.removeEventListener("keydown", pressed, true);
      document.removeEventListener("pointerdown", cancel);
    };
  }, [held, zone]);

  return {carried, placed, busy: act.busy, error: act.error, over, drop, cancel, lift(item, by) {
    if (!item.movable) {
      if (by === "keys") note(t(item.draft ? "calendar.draft_stays" : "calendar.stays"));
      return;
    }
    const from = item.day === "" ? in_wall_time(Date.now(), zone).day : item.day;
    carried.value = {item, to: from, by};
    if (by !== "keys") return;
    show(from);
    announce(t("calendar.lifted", {title: item.title, day: day_words(from)}));
  }};
}
