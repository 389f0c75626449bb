// How long a text is on each platform, at once, while somebody types. The server's count is the one
// that holds; tests/e2e compares both over many texts.
import names from "tlds";
import {once} from "../once";

export type Rules = "mastodon" | "x" | "bluesky" | "threads" | "linkedin" | "facebook";

const tlds = once(() => new Set(names.split(" ")));
const graphemes = once(() => new Intl.Segmenter(undefined, {granularity: "grapheme"}));
const url_weight = 23;

const spaces = "\\s\\u180E";
const breakers = "!'#%&()*+,\\\\\\-./:;<=>?@\\[\\]^_{|}~$";
const hidden = "\\uFFFE\\uFEFF\\uFFFF\\u202A-\\u202E\\u061C\\u200E\\u200F\\u2066-\\u2069";
const letter = `[^${spaces}${breakers}${hidden}]`;
const label = `${letter}(?:[^${spaces}!'#%&()*+,\\\\./:;<=>?@\\[\\]^{|}~$${hidden}]*${letter})?`;
const domain = `(?:${label}\\.)+${label}`;
const before = "(?<![A-Za-z0-9@\\uFF20$#\\uFF03\\uFFFE\\uFEFF\\uFFFF])";

const latin = "\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u024F\\u0300-\\u036F\\u1E00-\\u1EFF";
const x_path = `[A-Za-z0-9!*';:=+,.$/%#\\[\\]\\-_~@|&\\u2013\\u0400-\\u04FF${latin}]`;
const x_path_end = `[A-Za-z0-9+\\-=_#/\\u0400-\\u04FF${latin}]`;
const any_path = `[^${spaces}<>()?]`;
const any_path_end = `[^${spaces}()?!*"'\\u300c\\u300d<>;:=,.$%\\[\\]~&|@]`;

// What stands behind a domain: port, path with brackets in pairs, query. Greedy, then back to a
// character that may end it.
function tail(path: string, path_end: string, query: string, query_end: string): string {
  const pair = `\\(${path}+\\)`;
  return `(?::[0-9]+)?(?:/(?:(?:${path}|${pair})*(?:${path_end}|${pair}))?)?` +
      `(?:\\?(?:${query}*${query_end})?)?`;
}
const x_tail = tail(x_path, x_path_end, "[A-Za-z0-9!?*'@();:&=+$/%#\\[\\]\\-_.,~|]",
    "[A-Za-z0-9\\-_&=#/]");
const mastodon_tail = tail(any_path, any_path_end,
    "[A-Za-z0-9!?*'();:&=+$/%#\\[\\]\\-_.,~|@^\\u00A0-\\uFFEF]",
    "[A-Za-z0-9_&=#/\\-\\u00A0-\\uFFEF]");

const x_url = once(() => new RegExp(`${before}(https?://)?(${domain})(${x_tail})`, "giu"));
const schemes = "https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini";
const mastodon_url = once(() =>
  new RegExp(`${before}((?:${schemes})://)(${domain})(${mastodon_tail})`, "giu"));

// The end of a domain within `text`: behind the last label that begins with a top level; 0 when
// none does.
function known_end(text: string): number {
  let out = 0;
  for (let at = text.indexOf("."); at >= 0; at = text.indexOf(".", at + 1)) {
    const rest = text.slice(at + 1).split(".", 1)[0] ?? "";
    const ascii = /^(?:xn--[a-z0-9-]+|[a-z0-9]+)(?![@+-])/i.exec(rest)?.[0] ?? "";
    const top = ascii !== "" ? ascii : rest;
    if (tlds().has(top.toLowerCase()) || /^xn--./i.test(top)) out = at + 1 + top.length;
  }
  return out;
}

const latin_tail = once(() => new RegExp(`[a-z0-9.\\-${latin}]+$`, "iu"));

interface Span {
  begin: number;
  end: number;
}

// Addresses as X and Mastodon see them; X also takes a domain alone for one.
function urls(text: string, pattern: () => RegExp): Span[] {
  if (!/[^\s.]\.[^\s.]/.test(text)) return [];  // the expressions take long to be made
  const out: Span[] = [];
  for (const found of text.matchAll(pattern())) {
    const [whole, scheme = "", host = "", after = ""] = found;
    const known = known_end(host);
    const cut = known < host.length;
    if (known === 0) continue;
    const end = found.index + (cut ? scheme.length + known : whole.length);
    if (scheme !== "") {
      out.push({begin: found.index, end});
      continue;
    }
    // Of a domain alone only the Latin part is linked, and not the tail of something else.
    const part = latin_tail().exec(host.slice(0, known))?.[0] ?? "";
    if (!part.includes(".") || /[-_./]/.test(text.charAt(found.index - 1))) continue;
    out.push({begin: found.index + known - part.length,
      end: cut || !after.includes("/") ? found.index + known : end});
  }
  return out;
}

// A picture that some fonts write as a letter counts as an emoji, too.
const emoji = once(() =>
  /\p{RGI_Emoji}|[[[\u2100-\u{1FAFF}]--[\u{1F1E6}-\u{1F1FF}]]&&\p{Emoji}]/vy);

function emoji_at(text: string, at: number): number {
  emoji().lastIndex = at;
  return emoji().exec(text)?.[0].length ?? 0;
}

const is_light = (point: number) => point <= 4351 || (point >= 8192 && point <= 8205) ||
    (point >= 8208 && point <= 8223) || (point >= 8242 && point <= 8247);

function x_length(text: string): number {
  const nfc = text.normalize("NFC");
  const found = urls(nfc, x_url);
  let weight = 0;
  let next = 0;
  for (let at = 0; at < nfc.length;) {
    while ((found[next]?.begin ?? Infinity) < at) ++next;
    const url = found[next];
    if (url?.begin === at) {
      weight += url_weight;
      at = url.end;
      continue;
    }
    const point = nfc.codePointAt(at) ?? 0;
    const size = point > 0x7f || /[#*0-9]/.test(nfc.charAt(at)) ? emoji_at(nfc, at) : 0;
    weight += size > 0 ? 2 : is_light(point) ? 1 : 2;
    at += size > 0 ? size : point > 0xffff ? 2 : 1;
  }
  return weight;
}

const plain = /^[\t\n\u0020-\u007e]*$/;

function count_graphemes(text: string): number {
  if (plain.test(text)) return text.length;
  let out = 0;
  for (const _ of graphemes().segment(text)) ++out;
  return out;
}

// A mention of somebody on another server; its server is not counted.
const word = "[\\p{L}\\p{M}\\p{Nd}\\p{Pc}]";
const mention = once(() => new RegExp(`(?<![=/]|${word})@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)` +
    `@${word}+(?:[.-]+${word}+)*(?![.-]*${word}|[@\\uFF20]|://)`, "gu"));

function mastodon_length(text: string): number {
  let counted = "";
  let at = 0;
  let extra = 0;
  for (const one of urls(text, mastodon_url)) {
    counted += `${text.slice(at, one.begin)}x`;
    extra += url_weight - 1;
    at = one.end;
  }
  counted += text.slice(at);
  return count_graphemes(counted.replace(mention(), "@$1")) + extra;
}

function threads_length(text: string): number {
  let out = 0;
  for (let at = 0; at < text.length;) {
    const point = text.codePointAt(at) ?? 0;
    const size = point > 0x7f || /[#*0-9]/.test(text.charAt(at)) ? emoji_at(text, at) : 0;
    out += size > 0 ? new TextEncoder().encode(text.slice(at, at + size)).length : 1;
    at += size > 0 ? size : point > 0xffff ? 2 : 1;
  }
  return out;
}

const rules: Record<Rules, (text: string) => number> = {
  mastodon: mastodon_length,
  x: x_length,
  bluesky: count_graphemes,
  threads: threads_length,
  linkedin: (text) => text.length,
  facebook: (text) => text.length,
};

export const is_rules = (name: string): name is Rules => name in rules;

const kept = new Map<string, number>();
const kept_most = 64;

// Channels with the same rules count the same text once.
export function count(text: string, by: Rules): number {
  const key = `${by} ${text}`;
  let found = kept.get(key);
  if (found === undefined) {
    found = rules[by](text);
    if (kept.size >= kept_most) kept.clear();
    kept.set(key, found);
  }
  return found;
}

// Where the text stops to fit: the begin of the word that no longer does.
export function overflow_at(text: string, by: Rules, most: number): number {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rules[by](text.slice(0, middle)) <= most) low = middle;
    else high = middle - 1;
  }
  const word = /\S*$/.exec(text.slice(0, low));
  return word && low < text.length && word.index > 0 ? word.index : low;
}
