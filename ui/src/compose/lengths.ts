// How long a channel's text is now: the server's last count, and what was typed since.
import {count, is_rules, overflow_at, type Rules} from "./counts";
import {source_of, type Channel, type Content} from "./content";
import type {Measured} from "./composer";

export interface Length {
  parts: number;
  length: number;
  limit: number;      // 0: none, or not known yet
  left: number;       // below 0: too long
  shortened: boolean; // the channel gets a shorter text than what is written
  over: number;       // where in the source it no longer fits; -1: it fits
}

// How the channel counts; some count as a well-known platform by their settings.
function rules_of(channel: Channel): Rules | undefined {
  const said = [channel.settings["like"], channel.settings["rules"], channel.platform]
    .find((one) => typeof one === "string" && is_rules(one));
  if (said !== undefined) return said as Rules;
  return channel.platform === "echo" ? "mastodon" : undefined;
}

export function length_of(content: Content, channel: Channel,
                          measured: Measured | undefined): Length {
  const source = source_of(content, channel);
  const rules = rules_of(channel) ?? "bluesky";
  const now = count(source, rules);
  if (!measured)
    return {parts: 1, length: now, limit: 0, left: 0, shortened: false, over: -1};
  const {shown} = measured;
  const part = shown.parts[shown.parts.length - 1];
  const shortened = shown.used === "shortest" || shown.used === "summary";
  const limit = part?.limit ?? 0;
  const typed = shortened ? 0 : now - count(measured.source, rules);
  const length = (part?.length ?? 0) + typed;
  const left = limit - length;
  const added = (part?.length ?? 0) - count(measured.source, rules);
  let over = -1;
  if (limit > 0 && shown.parts.length === 1) {
    if (!shortened && left < 0) over = overflow_at(source, rules, limit - Math.max(0, added));
    if (shortened) {
      const link = content.link === "" ? 0 : count(`\n\n${content.link}`, rules);
      over = now + link > limit ? overflow_at(source, rules, limit - link) : -1;
    }
  }
  return {parts: shown.parts.length, length, limit, left, shortened, over};
}
