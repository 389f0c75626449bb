import {useComputed} from "@preact/signals";
import {useRef, useState} from "preact/hooks";
import {session} from "../api";
import {Field, TextField} from "../parts/field";
import {in_zone} from "../parts/time";
import {t, tn, type Key} from "../words";
import type {Composer} from "./composer";
import {kinds, names_in, type Kind} from "./content";
import {moment_of, own_zone, parse_when, write_when, type When} from "./zones";

export function Title({composer}: {composer: Composer}) {
  return <TextField label={t("field.title")} value={composer.field("title").value}
                    change={(title) => composer.change({title})} />;
}

export function Link({composer}: {composer: Composer}) {
  return <TextField label={t("field.link")} hint={t("field.link_hint")} address
                    value={composer.field("link").value}
                    change={(link) => composer.change({link})} />;
}

// Closed until somebody wants one.
export function Warning({composer}: {composer: Composer}) {
  const warning = composer.field("warning").value;
  const opened = useRef(false);
  opened.current ||= warning !== "";
  return (
    <details class="warning" open={opened.current || undefined}>
      <summary>{t("field.warning")}</summary>
      <TextField label={t("field.warning_line")} hint={t("field.warning_hint")} value={warning}
                 change={(next) => composer.change({warning: next})} />
    </details>
  );
}

const options_of = (text: string) =>
  text.split("\n").map((one) => one.trim()).filter((one) => one !== "");

// As many as a tired person wants to choose from.
const spans = [24, 72, 168, 336, 720];

// Closed until somebody wants one. The options are kept without the empty lines that typing makes.
export function Poll({composer}: {composer: Composer}) {
  const poll = composer.field("poll").value;
  const opened = useRef(false);
  opened.current ||= poll !== null;
  const [typed, set_typed] = useState("");
  const options = poll?.options ?? [];
  const text = options_of(typed).join("\n") === options.join("\n") ? typed : options.join("\n");
  const change = (next: Partial<NonNullable<typeof poll>>) => composer.change({poll:
    {options, hours: poll?.hours ?? 72, several: poll?.several ?? false, ...next}});
  const write = (next: string) => {
    set_typed(next);
    if (options_of(next).length === 0) composer.change({poll: null});
    else change({options: options_of(next)});
  };
  const hours = poll?.hours ?? 72;
  return (
    <details class="warning" open={opened.current || undefined}>
      <summary>{t("field.poll")}</summary>
      <TextField label={t("field.poll_options")} hint={t("field.poll_hint")} value={text} rows={4}
                 change={write} />
      {poll !== null && (
        <>
          <Field label={t("field.poll_hours")}>
            {({id}) => (
              <select id={id} value={hours}
                      onChange={(event) => change({hours: Number(event.currentTarget.value)})}>
                {[...new Set([...spans, hours])].sort((a, b) => a - b).map((one) =>
                  <option key={one} value={one}>{one % 24 === 0 ? tn("field.poll_days", one / 24)
                    : tn("field.poll_for", one)}</option>)}
              </select>)}
          </Field>
          <label class="check">
            <input type="checkbox" checked={poll.several}
                   onChange={(event) => change({several: event.currentTarget.checked})} />
            <span>{t("field.poll_several")}</span>
          </label>
        </>)}
    </details>
  );
}

const tags_of = (text: string) =>
  text.split(/[,\s]+/).map((one) => one.replace(/^#/, "")).filter((one) => one !== "");

// What most announcements leave as it is.
export function More({composer}: {composer: Composer}) {
  return (
    <details class="card">
      <summary>{t("field.more")}</summary>
      <Field label={t("field.kind")} hint={t("field.kind_hint")}>
        {({id, described}) => (
          <select id={id} value={composer.field("kind").value} aria-describedby={described}
                  onChange={(event) => composer.change({kind: event.currentTarget.value as Kind})}>
            {kinds.map((one) => <option key={one} value={one}>{t(`kind.${one}` as Key)}</option>)}
          </select>)}
      </Field>
      <TextField label={t("field.summary")} hint={t("field.summary_hint")} rows={2}
                 value={composer.field("summary").value}
                 change={(summary) => composer.change({summary})} />
      <Field label={t("field.tags")} hint={t("field.tags_hint")}>
        {({id, described}) => (
          <input id={id} type="text" defaultValue={composer.field("tags").value.join(" ")}
                 aria-describedby={described}
                 key={composer.field("tags").value.join(" ")} dir="auto"
                 onChange={(event) =>
                   composer.change({tags: tags_of(event.currentTarget.value)})} />)}
      </Field>
      <TextField label={t("field.language")} hint={t("field.language_hint",
                   {language: session.value?.language ?? ""})}
                 value={composer.field("language").value}
                 change={(language) => composer.change({language})} />
      <TextField label={t("field.slug")} hint={t("field.slug_hint")}
                 value={composer.field("slug").value} change={(slug) => composer.change({slug})} />
    </details>
  );
}

export function Channels({composer}: {composer: Composer}) {
  const named = composer.field("channels").value;
  const usable = composer.channels.value.filter((one) => one.use === "home" ||
    one.use === "broadcast" || named.includes(one.name));
  const chosen = new Set(composer.chosen.value.map((one) => one.name));
  const toggle = (name: string, on: boolean) => {
    const next = usable.map((one) => one.name)
      .filter((one) => one === name ? on : chosen.has(one));
    // None at all would mean every channel: the last one stays.
    if (next.length > 0) composer.change({channels: next});
  };
  return (
    <fieldset class="goes-to card">
      <legend>{t("field.channels")}</legend>
      {usable.map((one) => (
        <label class="check" key={one.name}>
          <input type="checkbox" checked={chosen.has(one.name)}
                 disabled={chosen.size === 1 && chosen.has(one.name)}
                 onChange={(event) => toggle(one.name, event.currentTarget.checked)} />
          <span>{one.name}</span>
          {one.url !== "" && <span class="hint">{one.url}</span>}
        </label>))}
    </fieldset>
  );
}

// One column a platform whose handles differ.
export function Mentions({composer}: {composer: Composer}) {
  const written = useComputed(() => names_in(composer.content.value).join(" ")).value;
  const mentions = composer.field("mentions").value;
  const names = [...new Set([...written.split(" "), ...Object.keys(mentions)])]
    .filter((one) => one !== "");
  if (names.length === 0) return null;
  const platforms = [...new Set(composer.chosen.value.map((one) => one.platform))]
    .filter((one) => one !== "home");
  const set = (name: string, platform: string, handle: string) => composer.change({mentions: {
    ...mentions, [name]: {...mentions[name], [platform]: handle}}});
  return (
    <section class="card" aria-label={t("mentions")}>
      <h2>{t("mentions")}</h2>
      <p class="hint">{t("mentions.hint")}</p>
      {names.map((name) => (
        <fieldset class="mention" key={name}>
          <legend>@{name}</legend>
          {platforms.map((platform) => (
            <TextField key={platform} label={platform}
                       value={mentions[name]?.[platform] ?? ""}
                       change={(handle) => set(name, platform, handle)} />))}
        </fieldset>))}
    </section>
  );
}

// The moment in words, in each zone that matters to somebody.
export function in_words(when: When): Array<[string, string]> {
  const at = moment_of(when);
  if (!at) return [];
  const zones = [...new Set([session.value?.time_zone ?? "UTC", own_zone(), when.zone, "UTC"])];
  return zones.map((zone) => [zone, in_zone(at, zone)]);
}

export function Schedule({composer}: {composer: Composer}) {
  const at = composer.field("at").value;
  const home = session.value?.time_zone ?? "UTC";
  const when = parse_when(at) ?? {date: "", time: "", zone: home};
  const zones = [...new Set([home, own_zone(), "UTC", when.zone])];
  const set = (change: Partial<When>) => {
    const next = {...when, ...change};
    const at_nine = {...next, time: next.time || "09:00"};
    composer.change({at: next.date === "" ? "" : write_when(at_nine)});
  };
  const words = in_words(when);
  const past = (moment_of(when)?.getTime() ?? Infinity) < Date.now();
  return (
    <section class="card" aria-label={t("schedule")}>
      <h2>{t("schedule")}</h2>
      <div class="when">
        <Field label={t("schedule.day")}>
          {({id}) => <input id={id} type="date" value={when.date}
                            onChange={(event) => set({date: event.currentTarget.value})} />}
        </Field>
        <Field label={t("schedule.time")}>
          {({id}) => <input id={id} type="time" value={when.time} disabled={when.date === ""}
                            onChange={(event) => set({time: event.currentTarget.value})} />}
        </Field>
        <Field label={t("schedule.zone")}>
          {({id}) => (
            <select id={id} value={when.zone} disabled={when.date === ""}
                    onChange={(event) => set({zone: event.currentTarget.value})}>
              {zones.map((one) => <option key={one} value={one}>{one}</option>)}
            </select>)}
        </Field>
      </div>
      {words.length === 0 ? <p class="hint">{t("schedule.now")}</p> : (
        <>
          <dl class="zones">
            {words.map(([zone, text]) => <div key={zone}><dt>{zone}</dt><dd>{text}</dd></div>)}
          </dl>
          {past && <p class="field-problem">{t("schedule.past")}</p>}
          <p class="acts"><button type="button" onClick={() => composer.change({at: ""})}>
            {t("schedule.drop")}</button></p>
        </>)}
    </section>
  );
}
