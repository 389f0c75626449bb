// What the interface says: one flat catalogue whose keys are types. Two made-up languages test it:
// en-XA is longer and accented, ar-XB is written from right to left.
import {once} from "./once";
import en from "./words/en.json";

export type Key = keyof typeof en;
type Stem<K> = K extends `${infer S}_other` ? S : never;
export type Counted = Stem<Key>;

const catalogue: Record<string, string> = en;
const lang = document.documentElement.lang;
const plural = once(() => new Intl.PluralRules("en"));

// Dates and numbers as the reader's browser writes them, in the language of the words around them.
export const locale = navigator.languages.find((one) => one.startsWith("en")) ?? "en-GB";

const accents: Record<string, string> = {
  a: "á", c: "ç", e: "é", i: "î", n: "ñ", o: "ö", s: "š", u: "ü", y: "ý",
  A: "Å", C: "Ç", E: "É", I: "Î", N: "Ñ", O: "Ö", S: "Š", U: "Û", Y: "Ý",
};

function made_up(text: string): string {
  if (lang !== "en-XA" && lang !== "ar-XB") return text;
  if (lang === "ar-XB") return `\u202e${text}\u202c`;
  const accented = text.replace(/\{\w+\}|[a-zA-Z]/g, (one) => accents[one] ?? one);
  return `[${accented}${"~".repeat(Math.ceil(text.length * 0.4))}]`;
}

function filled(text: string, values: Record<string, string | number>): string {
  return made_up(text).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return filled(catalogue[key] ?? key, values);
}

const number = once(() => new Intl.NumberFormat(locale));

// A whole number as people write it; small ones need no format, which takes long to be made.
export const number_words = (n: number): string =>
  Math.abs(n) < 1000 ? String(n) : number().format(n);

// The form of a text that goes with `n`, which it names as {n}.
export function tn(stem: Counted, n: number, values: Record<string, string | number> = {}): string {
  const text = catalogue[`${stem}_${plural().select(n)}`] ?? catalogue[`${stem}_other`] ?? stem;
  return filled(text, {...values, n: number_words(n)});
}

// A sentence of the server, which begins them in lower case. A name with hyphens and an address
// stay as they are.
export function sentence(text: string): string {
  if (text === "") return "";
  const named = /^[\w.]+[-.\w]*-|^\w+:\/\//.test(text);
  const begins = named ? text : text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  return /[.!?…:]$/.test(begins) ? begins : `${begins}.`;
}

const list = once(() => new Intl.ListFormat(locale, {type: "conjunction"}));

export function list_of(words: string[]): string {
  return words.length < 2 ? words[0] ?? "" : list().format(words);
}
