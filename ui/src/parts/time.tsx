import {once, once_for} from "../once";
import {locale} from "../words";

const relative = once(() => new Intl.RelativeTimeFormat(locale, {numeric: "auto"}));
const moment = once(() =>
  new Intl.DateTimeFormat(locale, {dateStyle: "medium", timeStyle: "short"}));

const steps: Array<[Intl.RelativeTimeFormatUnit, number]> = [
  ["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]];

// "2 hours ago"; days beyond a week as a date.
export function ago(iso: string, now = Date.now()): string {
  const distance = new Date(iso).getTime() - now;
  if (Math.abs(distance) > 7 * 86_400_000) return moment().format(new Date(iso));
  for (const [unit, ms] of steps)
    if (Math.abs(distance) >= ms) return relative().format(Math.round(distance / ms), unit);
  return relative().format(0, "minute");
}

export function Moment({iso}: {iso: string}) {
  if (iso === "") return null;
  return <time dateTime={iso} title={moment().format(new Date(iso))}>{ago(iso)}</time>;
}

const dated = once(() =>
  new Intl.DateTimeFormat(locale, {dateStyle: "medium", timeZone: "UTC"}));

// A day such as "2026-12-01" in words; what is none stays as it is.
export function on_day(day: string): string {
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? day : dated().format(at);
}

const in_zone_of = once_for((zone) => new Intl.DateTimeFormat(locale, {weekday: "long",
  day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit",
  timeZone: zone, timeZoneName: "short"}));

// A moment in words in one zone, such as "Tuesday, 1 December 2026 at 15:00 CET".
export function in_zone(at: Date, zone: string): string {
  return in_zone_of(zone).format(at);
}
