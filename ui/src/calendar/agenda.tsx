import {useSignal} from "@preact/signals";
import {Dialog} from "../parts/dialog";
import {Field} from "../parts/field";
import {Pill} from "../parts/status";
import {list_of, t, tn} from "../words";
import {day_words, days_between, is_day} from "./days";
import type {Item} from "./items";
import {may_drop, type Mover} from "./move";

function MoveDialog({item, zone, mover, close}: {
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

function Entry({item, move}: {item: Item; move: () => void}) {
  return (
    <li class={item.draft ? "entry hollow" : "entry"}>
      <time dateTime={item.due}>{item.time}</time>
      <div class="entry-text">
        <a href={item.href} data-item={item.id} dir="auto">{item.title}</a>
        <p class="row-head"><Pill {...item.look} />
          {item.draft && item.look.word !== "state.writing" && <span>{t("calendar.draft")}</span>}
          {item.channels.length > 0 && <span>{list_of(item.channels)}</span>}</p>
      </div>
      {item.movable && <button type="button" onClick={move}
        aria-label={t("calendar.move_title", {title: item.title})}>{t("calendar.move")}</button>}
    </li>
  );
}

// Day after day, with what lies between them.
export function Agenda({days, items, zone, today, mover}: {
  days: string[]; items: Map<string, Item[]>; zone: string; today: string; mover: Mover;
}) {
  const moving = useSignal<Item | undefined>(undefined);
  const busy = days.filter((day) => items.has(day));
  return (
    <>
      <ol class="agenda">
        {busy.map((day, i) => {
          const free = i === 0 ? 0 : days_between(busy[i - 1] ?? day, day) - 1;
          return (
            <li key={day}>
              {free > 0 && <p class="gap">{tn("calendar.free_days", free)}</p>}
              <h3 aria-current={day === today ? "date" : undefined}>{day_words(day)}
                {day === today && <span class="is-today"> {t("calendar.today")}</span>}</h3>
              <ul>{items.get(day)?.map((one) => (
                <Entry key={one.id} item={one} move={() => moving.value = one} />))}</ul>
            </li>);
        })}
      </ol>
      {moving.value && <MoveDialog item={moving.value} zone={zone} mover={mover}
                                   close={() => moving.value = undefined} />}
    </>
  );
}
