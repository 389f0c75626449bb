import {signal, useSignal} from "@preact/signals";
import {useEffect, useMemo} from "preact/hooks";
import {call, may, session} from "../api";
import {Agenda} from "../calendar/agenda";
import {add_days, add_months, in_wall_time, is_day, knows_zone, month_words,
        range_words, short_range_words, week_of, weeks_of} from "../calendar/days";
import {as_query, filter_of, filtered, FilterChoice} from "../calendar/filter";
import {by_day, items_of, longest_gap, undated, type Item} from "../calendar/items";
import {useMover, with_placed} from "../calendar/move";
import {Subscribe} from "../calendar/subscribe";
import {Days} from "../calendar/table";
import {Tray} from "../calendar/tray";
import {letter_of} from "../keys";
import {announce} from "../live";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {useResource} from "../resource";
import {go, place} from "../router";
import {t, tn, type Key} from "../words";

type View = "month" | "week" | "list";
const views: Array<[View, Key]> = [
  ["month", "calendar.month"], ["week", "calendar.week"], ["list", "calendar.list"]];

// Seven columns beside the navigation need this much; a phone has none of it.
const narrow_query = window.matchMedia("(max-width: 1000px)");
const narrow = signal(narrow_query.matches);
narrow_query.addEventListener("change", () => narrow.value = narrow_query.matches);

// Times as the reader's own clock has them, instead of the organisation's.
const own_time = signal(localStorage.getItem("carillon.own_time") === "on");
function choose_own_time(on: boolean): void {
  own_time.value = on;
  if (on) localStorage.setItem("carillon.own_time", "on");
  else localStorage.removeItem("carillon.own_time");
}

const own_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const address = (view: View, on: string) =>
  `/app/calendar?view=${view}&on=${view === "week" ? on : on.slice(0, 7)}` +
  as_query(filter_of(place.value.query));

interface Frame {
  asked: View;        // by the address
  view: View;         // a narrow window has room for the list alone
  on: string;         // a day that is shown
  weeks: string[][];
  days: string[];
}

// What the address asks for; what it does not say is this month.
function frame_of(today: string): Frame {
  const query = new URLSearchParams(place.value.query);
  const said = query.get("on") ?? "";
  const on = is_day(said) ? said : is_day(`${said}-01`) ? `${said}-01` : today;
  const asked = views.find(([one]) => one === query.get("view"))?.[0] ?? "month";
  const view = narrow.value ? "list" : asked;
  const weeks = view === "week" ? [week_of(on)] : weeks_of(on);
  const days = weeks.flat().filter((day) => view !== "list" || day.startsWith(on.slice(0, 7)));
  return {asked, view, on, weeks, days};
}

const step_of = ({view, on}: Frame, n: number): string =>
  view === "week" ? add_days(on, 7 * n) : add_months(on, n);

function ZoneChoice({zone, home}: {zone: string; home: string}) {
  if (home === own_zone) return <p class="zone">{t("calendar.zone", {zone})}</p>;
  return (
    <p class="zone">
      <label>{t("calendar.times_in")}{" "}
        <select value={own_time.value ? "own" : "home"}
                onChange={(event) => choose_own_time(event.currentTarget.value === "own")}>
          <option value="home">{t("calendar.zone_home", {zone: home})}</option>
          <option value="own">{t("calendar.zone_own", {zone: own_zone})}</option>
        </select></label>
    </p>
  );
}

function Ways({frame, today}: {frame: Frame; today: string}) {
  const {asked, view, on} = frame;
  return (
    <nav class="calendar-ways" aria-label={t("calendar.ways")}>
      <span class="joined">
        <a class="button" href={address(asked, step_of(frame, -1))}><Icon name="earlier" />
          <span class="hidden">{t(view === "week" ? "calendar.week_before" : "calendar.month_before")}</span></a>
        <a class="button" href={address(asked, step_of(frame, 1))}><Icon name="later" />
          <span class="hidden">{t(view === "week" ? "calendar.week_after" : "calendar.month_after")}</span></a>
      </span>
      <a class="button" href={address(asked, today)}>{t("calendar.today")}</a>
      {!narrow.value && (
        <span class="joined">
          {views.map(([one, label]) => (
            <a key={one} class="button" href={address(one, on)}
               aria-current={one === view ? "true" : undefined}>{t(label)}</a>))}
        </span>)}
    </nav>
  );
}

function Summary({days, items, today}: {
  days: string[]; items: Map<string, Item[]>; today: string;
}) {
  const n = days.reduce((sum, day) => sum + (items.get(day)?.length ?? 0), 0);
  if (n === 0) {
    return (
      <p class="calendar-summary">{t("calendar.empty")}{" "}
        {may("author") && <a href={`/app/draft/new?at=${days.find((day) => day >= today) ?? ""}`}>
          {t("nav.write")}</a>}</p>
    );
  }
  const gap = longest_gap(days.filter((day) => day >= today), items);
  return (
    <p class="calendar-summary">{tn("calendar.count", n)}{" "}
      {gap && <span>{t("calendar.gap", {n: gap.days, days: short_range_words(gap.from, gap.to)})}</span>}
    </p>
  );
}

export default function Calendar() {
  const home = knows_zone(session.value?.time_zone ?? "") ? session.value?.time_zone ?? "UTC" : "UTC";
  const zone = own_time.value ? own_zone : home;
  const {day: today} = in_wall_time(Date.now(), zone);
  const frame = frame_of(today);
  const {view, on, weeks, days} = frame;
  const month = on.slice(0, 7);
  const own_days = view === "week" ? days : days.filter((day) => day.startsWith(month));
  const first = days[0] ?? on;
  const last = days.at(-1) ?? on;
  const period = view === "week" ? range_words(first, last) : month_words(on);

  // A day more on both sides: another zone may count it to this month.
  const from = add_days(first, -1);
  const to = add_days(last, 2);
  const lines = useResource(`deliveries/calendar/${from}/${to}`,
    () => call("GET", "/announcements", {from, to}));
  const drafts = useResource("drafts/open", () => call("GET", "/drafts", {open: true}));

  // Asked at the moment of the key: the address may be ahead of what is drawn.
  const show = (day: string) => {
    const now = frame_of(today);
    if (!now.days.includes(day)) go(address(now.asked, day));
  };
  const mover = useMover({zone, show});
  const chosen = useSignal(today);
  const choose = (day: string) => {
    chosen.value = day;
    show(day);
    window.requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`.calendar [data-head="${day}"]`)?.focus());
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const letter = letter_of(event);
      if (letter !== "t" && letter !== "[" && letter !== "]") return;
      event.preventDefault();
      if (letter === "t") {
        choose(today);
      } else {
        const now = frame_of(today);
        go(address(now.asked, step_of(now, letter === "[" ? -1 : 1)));
      }
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [today]);
  useEffect(() => {
    if (!mover.carried.peek()) announce(period);
  }, [period]);

  const known = lines.value.value !== undefined && drafts.value.value !== undefined;
  const filter = filter_of(place.value.query);
  const all = useMemo(() => items_of(lines.value.value ?? [], drafts.value.value ?? [], zone,
    may("editor")), [lines.value.value, drafts.value.value, zone]);
  const items = by_day(filtered(with_placed(all, mover.placed.value), filter));
  const error = lines.error.value ?? drafts.error.value;
  return (
    <div class="calendar">
      <header class="screen-head">
        <h1 tabIndex={-1}>{t("nav.calendar")}</h1>
        <ZoneChoice zone={zone} home={home} />
        <Subscribe />
      </header>
      <div class="calendar-head">
        <h2>{period}</h2>
        <Ways frame={frame} today={today} />
      </div>
      <FilterChoice filter={filter} />
      <Problem error={error} retry={() => void Promise.all([lines.refresh(), drafts.refresh()])} />
      <Problem error={mover.error} />
      {known ? <Summary days={own_days} items={items} today={today} />
        : <p class="calendar-summary" aria-hidden="true">&nbsp;</p>}
      {!known && !error && view === "list" && <Skeleton />}
      {view === "list"
        ? <Agenda key={first} days={days} items={items} zone={zone} today={today} mover={mover} />
        : <Days weeks={weeks} month={view === "month" ? month : ""} today={today} zone={zone}
                caption={t("calendar.caption", {period, zone})} items={items} mover={mover}
                chosen={days.includes(chosen.value) ? chosen.value
                  : days.includes(today) ? today : own_days[0] ?? first} choose={choose} />}
      {known && may("author") && filter.channel === "" &&
        <Tray drafts={undated(drafts.value.value ?? [])} zone={zone} mover={mover}
              how={view === "list" ? undefined : "calendar-move"} />}
      {view !== "list" && <p class="hint" id="calendar-move">{may("editor")
        ? t("calendar.how") : t("calendar.how_read")}</p>}
    </div>
  );
}
