// "2026-12-01 15:00 Europe/Paris" as a moment, and back. Only the browser's own zones are used.
import {once, once_for} from "../once";

export interface When {
  date: string;  // "2026-12-01"
  time: string;  // "15:00"
  zone: string;
}

export function parse_when(at: string): When | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(?::\d{2})?(?: (\S+)|Z)?$/.exec(at);
  if (!found) return undefined;
  return {date: found[1] ?? "", time: found[2] ?? "", zone: found[3] ?? "UTC"};
}

export const write_when = (when: When): string => `${when.date} ${when.time} ${when.zone}`;

const clock_of = once_for((zone) => new Intl.DateTimeFormat("en-GB", {timeZone: zone,
  hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit",
  minute: "2-digit"}));

// What a clock on a wall in the zone shows at this moment, as if it were UTC.
function wall(at: number, zone: string): number {
  const parts = clock_of(zone).formatToParts(at);
  const of = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"));
}

// Nothing for a time that is none, and for a zone that this browser does not know.
export function moment_of(when: When): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(when.date) || !/^\d{2}:\d{2}$/.test(when.time)) return undefined;
  const wanted = Date.parse(`${when.date}T${when.time}:00Z`);
  if (Number.isNaN(wanted)) return undefined;
  try {
    // The offset is that of the moment, which is not known yet: a second look settles it.
    let at = wanted - (wall(wanted, when.zone) - wanted);
    at = wanted - (wall(at, when.zone) - at);
    return new Date(at);
  } catch {
    return undefined;
  }
}

export const own_zone = once(() => new Intl.DateTimeFormat().resolvedOptions().timeZone);
