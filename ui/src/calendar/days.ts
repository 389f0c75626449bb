// Days as the calendar of a zone has them, each "2026-12-07". Months begin with "2026-12".
import {once, once_for} from "../once";
import {locale} from "../words";

const day_ms = 86_400_000;

const utc = (day: string) => new Date(`${day}T00:00:00Z`);
const text = (at: Date) => at.toISOString().slice(0, 10);

export const is_day = (given: string): boolean =>
  /^[12]\d{3}-\d{2}-\d{2}$/.test(given) && !Number.isNaN(utc(given).getTime()) &&
  text(utc(given)) === given;

export const add_days = (day: string, n: number): string =>
  text(new Date(utc(day).getTime() + n * day_ms));

export const days_between = (from: string, to: string): number =>
  Math.round((utc(to).getTime() - utc(from).getTime()) / day_ms);

export const first_of_month = (day: string): string => `${day.slice(0, 7)}-01`;

export function add_months(day: string, n: number): string {
  const at = utc(first_of_month(day));
  at.setUTCMonth(at.getUTCMonth() + n);
  return text(at);
}

// Monday is 1, Sunday 7.
const week_begins = once((): number => {
  const known = new Intl.Locale(locale) as Intl.Locale & {
    getWeekInfo?: () => {firstDay: number}; weekInfo?: {firstDay: number}};
  return (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1;
});

export function week_of(day: string): string[] {
  const weekday = utc(day).getUTCDay() || 7;
  const first = add_days(day, -((weekday - week_begins() + 7) % 7));
  return Array.from({length: 7}, (_, i) => add_days(first, i));
}

// The weeks that a month touches, whole.
export function weeks_of(day: string): string[][] {
  const weeks: string[][] = [];
  const end = add_months(day, 1);
  for (let at = week_of(first_of_month(day))[0] ?? day; at < end; at = add_days(at, 7))
    weeks.push(week_of(at));
  return weeks;
}

const clock_of = once_for((zone) => new Intl.DateTimeFormat("en-GB", {timeZone: zone,
  hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit",
  minute: "2-digit"}));

// What calendar and clock of a zone show at a moment.
export function in_wall_time(iso: string | number, zone: string): {day: string; time: string} {
  // Apart by hand: a month has hundreds, and formatToParts takes three times as long.
  const [day = "", month = "", year = "", hour = "", minute = ""] =
    clock_of(zone).format(new Date(iso)).match(/\d+/g) ?? [];
  return {day: `${year.padStart(4, "0")}-${month}-${day}`, time: `${hour}:${minute}`};
}

export const knows_zone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat("en-GB", {timeZone: zone});
    return zone !== "";
  } catch {
    return false;
  }
};

const written = (options: Intl.DateTimeFormatOptions) => {
  const format = once(() => new Intl.DateTimeFormat(locale, {...options, timeZone: "UTC"}));
  return (day: string) => format().format(utc(day));
};
export const month_words = written({month: "long", year: "numeric"});
export const day_words = written({weekday: "long", day: "numeric", month: "long", year: "numeric"});
export const short_day = written({weekday: "short", day: "numeric", month: "short"});
export const weekday_words = written({weekday: "long"});
export const weekday_short = written({weekday: "short"});
const range = once(() => new Intl.DateTimeFormat(locale,
  {day: "numeric", month: "long", year: "numeric", timeZone: "UTC"}));
export const range_words = (from: string, to: string): string =>
  range().formatRange(utc(from), utc(to));
const short_range = once(() => new Intl.DateTimeFormat(locale,
  {day: "numeric", month: "short", timeZone: "UTC"}));
export const short_range_words = (from: string, to: string): string =>
  from === to ? short_range().format(utc(from)) : short_range().formatRange(utc(from), utc(to));
