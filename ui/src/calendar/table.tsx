import {may} from "../api";
import {go} from "../router";
import {t, tn} from "../words";
import {Chip} from "./chip";
import {day_words, weekday_short, weekday_words} from "./days";
import type {Item} from "./items";
import {may_drop, step_of, type Mover} from "./move";
import {add_days} from "./days";

export interface DaysProps {
  weeks: string[][];
  month: string;      // days of others are paler; empty: none are
  caption: string;
  today: string;
  zone: string;
  chosen: string;     // the day that Tab reaches
  items: Map<string, Item[]>;
  mover: Mover;
  choose: (day: string) => void;
}

// Chips of a day in a month before the rest is a number.
const shown_chips = 4;

function DayHead({day, today, chosen, several}: {
  day: string; today: string; chosen: boolean; several: number;
}) {
  const number = Number(day.slice(8));
  const props = {"data-head": day, class: day === today ? "day-number today" : "day-number",
    tabIndex: chosen ? 0 : -1, "aria-current": day === today ? "date" as const : undefined};
  return (
    <div class="day-head">
      {day >= today && may("author")
        ? <a {...props} href={`/app/draft/new?at=${day}`}
             aria-label={t("calendar.write_for", {day: day_words(day)})}>{number}</a>
        : <span {...props}><span aria-hidden="true">{number}</span>
            <span class="hidden">{day_words(day)}</span></span>}
      {several > 1 && <span class="day-count">{tn("calendar.several", several)}</span>}
    </div>
  );
}

function Day({day, props}: {day: string; props: DaysProps}) {
  const {items, mover, today, month, zone, chosen} = props;
  const all = items.get(day) ?? [];
  const roomy = props.weeks.length === 1;
  const shown = roomy || all.length <= shown_chips ? all : all.slice(0, shown_chips - 1);
  const carried = mover.carried.value;
  const target = carried?.to === day && carried.item.day !== day;
  const allowed = carried !== undefined && may_drop(carried.item, day, zone);
  const names = ["day", day < today && "past", month !== "" && !day.startsWith(month) && "other",
    all.length === 0 && "free", target && (allowed ? "target" : "no-target")];
  return (
    <td data-day={day} class={names.filter(Boolean).join(" ")}
        onClick={(event) => {
          if (event.target === event.currentTarget && all.length === 0 && day >= today && may("author"))
            go(`/app/draft/new?at=${day}`);
        }}
        onDragOver={(event) => {
          if (carried?.by !== "mouse") return;
          mover.over(day);
          if (allowed) event.preventDefault();
        }}
        onDrop={(event) => {
          if (carried?.by !== "mouse") return;
          event.preventDefault();
          void mover.drop(carried.item, day);
        }}>
      <DayHead day={day} today={today} chosen={day === chosen} several={all.length} />
      {all.length > 0 && (
        <ul>
          {shown.map((one) => (
            <li key={one.id}><Chip item={one} mover={mover} roomy={roomy} how="calendar-move"
                                   held={carried?.item.id === one.id} /></li>))}
          {shown.length < all.length && (
            <li><a class="more-chips" href={`/app/calendar?view=week&on=${day}`}>
              {tn("calendar.more", all.length - shown.length)}</a></li>)}
        </ul>)}
      {target && <p class="landing">{carried?.item.time} <span dir="auto">{carried?.item.title}</span></p>}
    </td>
  );
}

// A month or a week as one table.
export function Days(props: DaysProps) {
  const {weeks, mover, choose} = props;
  return (
    <table class={weeks.length === 1 ? "days roomy" : "days"} onKeyDown={(event) => {
      const step = step_of(event.key);
      const head = (event.target as HTMLElement).closest<HTMLElement>("[data-head]");
      if (step === undefined || !head || mover.carried.value) return;
      event.preventDefault();
      choose(add_days(head.dataset["head"] ?? "", step));
    }}>
      <caption class="hidden">{props.caption}</caption>
      <thead>
        <tr>{weeks[0]?.map((day) => (
          <th key={day} scope="col"><span aria-hidden="true">{weekday_short(day)}</span>
            <span class="hidden">{weekday_words(day)}</span></th>))}</tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>{week.map((day) => <Day key={day} day={day} props={props} />)}</tr>))}
      </tbody>
    </table>
  );
}
