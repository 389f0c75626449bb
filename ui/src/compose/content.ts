// A draft as the desk holds it, and as a post file says it.
import type {Reply} from "../api";

export type View = Reply<"GET", "/drafts/{id}">;
export type Content = View["content"];
export type Picture = Content["media"][number];
export type Kind = Content["kind"];
export type Channel = Reply<"GET", "/channels">[number];

export const kinds: Kind[] = ["general", "release", "security", "event", "blog", "amplify"];

export const empty_content = (): Content => ({
  title: "", slug: "", summary: "", link: "", kind: "general", channels: [], at: "", language: "",
  tags: [], media: [], texts: {}, mentions: {}, body: "", warning: "", answers: "",
  poll: null});

// As it stands in the fields: a file ends its text with a line break that nobody typed.
export const typed = (content: Content): Content =>
  ({...content, body: content.body.replace(/\n+$/, "")});

const is_empty = (value: unknown): boolean =>
  value === "" || value === null || (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" && value !== null && Object.keys(value).length === 0);

// Markdown with front matter. The front matter is YAML, of which JSON is a part.
export function post_file(content: Content): string {
  const {body, media, mentions, ...rest} = content;
  const front: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(rest)) if (!is_empty(value)) front[key] = value;
  if (media.length > 0) front["media"] = media.map((one) =>
    Object.fromEntries(Object.entries(one).filter(([, value]) => value !== "")));
  const handles: Record<string, Record<string, string>> = {};
  for (const [name, by_platform] of Object.entries(mentions)) {
    const given = Object.entries(by_platform).filter(([, handle]) => handle !== "");
    if (given.length > 0) handles[name] = Object.fromEntries(given);
  }
  if (Object.keys(handles).length > 0) front["mentions"] = handles;
  return `---\n${JSON.stringify(front)}\n---\n${body}\n`;
}

// What post_file made, read back; nothing for a post file that somebody else wrote.
export function read_post_file(text: string): Content | undefined {
  const found = /^---\n(\{.*\})\n---\n([^]*)$/.exec(text);
  if (!found) return undefined;
  try {
    const front = JSON.parse(found[1] ?? "") as Partial<Content>;
    const media = (front.media ?? []).map((one) => ({...one, alt: one.alt ?? "",
      digest: one.digest ?? ""}));
    return typed({...empty_content(), ...front, media, body: found[2] ?? ""});
  } catch {
    return undefined;
  }
}

// Whether both make the same post.
export const is_same = (a: Content, b: Content): boolean =>
  post_file({...a, body: a.body.trim()}) === post_file({...b, body: b.body.trim()});

// The channels it goes to: those that are named, else all in use.
export function chosen(named: string[], channels: Channel[]): Channel[] {
  const usable = channels.filter((one) => one.use === "home" || one.use === "broadcast");
  return named.length === 0 ? usable : channels.filter((one) => named.includes(one.name));
}

// The text of a channel before it is adapted: one written for it, else the shared one.
export const source_of = (content: Content, channel: Channel): string =>
  content.texts[channel.name] ?? content.texts[channel.platform] ?? content.body;

export const is_forked = (texts: Content["texts"], channel: Channel): boolean =>
  texts[channel.name] !== undefined || texts[channel.platform] !== undefined;

// Names after "@" in any of the texts, each once.
export function names_in(content: Content): string[] {
  const found = new Set<string>();
  for (const text of [content.body, ...Object.values(content.texts)])
    for (const one of text.matchAll(/(?<![\w@/.])@([A-Za-z0-9_][\w.-]*\w|[A-Za-z0-9_])(?!@)/g))
      if (one[1]) found.add(one[1]);
  return [...found];
}
