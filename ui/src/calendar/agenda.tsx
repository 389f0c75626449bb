import {useSignal, type Signal} from "@preact/signals";
import {useEffect, useRef} from "preact/hooks";
import {Dialog} from "../parts/dialog";
import {Field} from "../parts/field";
import {Pill} from "../parts/status";
import {list_of, t, tn} from "../words";
import {day_words, days_between, is_day} from "./days";
import type {Item} from "./items";
import {may_drop, type Mover} from "./move";

export function MoveDialog({item, zone, mover, close}: {
  item: Item; zone: string; mover: Mover; close: () => void;
}) {
  const day = useSignal(item.day);
  const problem = useSignal("");
  const send = async (event: Event) => {
    event.preventDefault();
    problem.value = !is_day(day.value) ? t("missing") : may_drop(item, day.value, zone) ? ""
      : t("calendar.is_past", {day: day_words(day.value), time: item.time});
    if (problem.value !== "") return;
    close();
    await mover.drop(item, day.value);
  };
  return (
    <Dialog title={t("calendar.move_title", {title: item.title})} close={close}>
      <form onSubmit={send} noValidate>
        <Field label={t("calendar.move_day")} problem={problem.value}
               hint={is_day(day.value) ? t("calendar.move_words", {day: day_words(day.value),
                 time: item.time, zone}) : undefined}>
          {({id, described}) => (
            <input id={id} type="date" value={day.value} required aria-describedby={described}
                   aria-invalid={problem.value !== "" || undefined}
                   onInput={(event) => day.value = event.currentTarget.value} />)}
        </Field>
        <p class="acts">
          <button type="submit" class="first">{t("calendar.move")}</button>
          <button type="button" onClick={close}>{t("cancel")}</button>
        </p>
      </form>
    </Dialog>
  );
}

function Entry({item, moving}: {item: Item; moving: Signal<Item | undefined>}) {
  return (
    <li class={item.draft ? "entry hollow" : "entry"}>
      <time dateTime={item.due}>{item.time}</time>
      <div class="entry-text">
        <a href={item.href} data-item={item.id} dir="auto">{item.title}</a>
        <p class="row-head"><Pill {...item.look} />
          {item.draft && item.look.word !== "state.writing" && <span>{t("calendar.draft")}</span>}
          {item.channels.length > 0 && <span>{list_of(item.channels)}</span>}</p>
      </div>
      {item.movable && <button type="button" onClick={() => moving.value = item}
        aria-label={t("calendar.move_title", {title: item.title})}>{t("calendar.move")}</button>}
    </li>
  );
}

// Entries that are drawn at once, and each time that the reader comes near the end of them: all of
// a full month would keep a slow phone from answering.
const first_entries = 12;
const more_entries = 40;

// Draws more when it is pressed, and by itself before it is seen.
function MoreEntries({left, drawn}: {left: number; drawn: Signal<number>}) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const near = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) drawn.value += more_entries;
    }, {rootMargin: "600px"});
    if (button.current) near.observe(button.current);
    return () => near.disconnect();
  }, [left]);
  return <button type="button" ref={button} onClick={() => drawn.value += more_entries}>
    {tn("calendar.more", left)}</button>;
}

interface DayProps {
  day: string;
  free: number;     // days with nothing before it
  items: Item[];
  today: string;
  moving: Signal<Item | undefined>;
}

function DayOfList({day, free, items, today, moving}: DayProps) {
  return (
    <li>
      {free > 0 && <p class="gap">{tn("calendar.free_days", free)}</p>}
      <h3 aria-current={day === today ? "date" : undefined}>{day_words(day)}
        {day === today && <span class="is-today"> {t("calendar.today")}</span>}</h3>
      <ul>{items.map((one) => (
        <Entry key={one.id} item={one} moving={moving} />))}</ul>
    </li>
  );
}

// Day after day, with what lies between them.
export function Agenda({days, items, zone, today, mover}: {
  days: string[]; items: Map<string, Item[]>; zone: string; today: string; mover: Mover;
}) {
  const moving = useSignal<Item | undefined>(undefined);
  const busy = days.filter((day) => items.has(day));
  const all = busy.reduce((sum, day) => sum + (items.get(day)?.length ?? 0), 0);
  const drawn = useSignal(first_entries);
  const left = all - drawn.value;
  let before = 0;
  return (
    <>
      <ol class="agenda">
        {busy.map((day, i) => {
          const own = (items.get(day) ?? []).slice(0, Math.max(drawn.value - before, 0));
          before += own.length;
          return own.length > 0 && <DayOfList key={day} day={day} items={own} today={today}
                            moving={moving}
                            free={i === 0 ? 0 : days_between(busy[i - 1] ?? day, day) - 1} />;
        })}
      </ol>
      {left > 0 && <MoreEntries left={left} drawn={drawn} />}
      {moving.value && <MoveDialog item={moving.value} zone={zone} mover={mover}
                                   close={() => moving.value = undefined} />}
    </>
  );
}
