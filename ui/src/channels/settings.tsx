import {useSignal} from "@preact/signals";
import {call, may} from "../api";
import {note} from "../live";
import {FormDialog} from "../parts/confirm";
import {Field, TextField} from "../parts/field";
import {Icon} from "../parts/icon";
import {Facts} from "../parts/section";
import {Moment, on_day} from "../parts/time";
import {invalidate, useResource} from "../resource";
import {sentence, t} from "../words";
import {show_changed, type Channel} from "./standing";

type Value = string | number | boolean | unknown;

const shown = (value: Value): string =>
  typeof value === "string" ? value : typeof value === "boolean" ? t(value ? "yes" : "no")
    : JSON.stringify(value);

// A text goes as JSON, which is YAML: so "true" and "120" stay the texts they are.
const written = (before: Value, text: string): string =>
  typeof before === "string" ? JSON.stringify(text) : text;

// What people call a setting of the channel's platform.
function useLabels(channel: Channel): (name: string) => string {
  const all = useResource("platforms", () => call("GET", "/platforms", {})).value.value;
  const settings = all?.find((one) => one.name === channel.platform)?.settings;
  return (name) => settings?.find((one) => one.name === name)?.label ?? name;
}

function OneSetting({name, label, value, change}: {
  name: string; label: string; value: Value; change: (text: string) => void;
}) {
  const now = useSignal(typeof value === "string" ? value : JSON.stringify(value));
  const next = (text: string) => {
    now.value = text;
    change(written(value, text));
  };
  if (typeof value === "boolean") {
    return (
      <label class="check setting">
        <input type="checkbox" checked={now.value === "true"}
               onChange={(event) => next(String(event.currentTarget.checked))} />{label}</label>
    );
  }
  return (
    <TextField label={label} value={now.value} change={next}
               address={name === "url" || name === "server" || name === "target"} />
  );
}

function Edit({channel, close}: {channel: Channel; close: () => void}) {
  const changed = useSignal<Record<string, string>>({});
  const key = useSignal("");
  const value = useSignal("");
  const label_of = useLabels(channel);
  const change = (name: string) => (text: string) => changed.value = {...changed.peek(), [name]: text};
  return (
    <FormDialog title={t("channels.edit")} act={t("save")} close={close} done={async () => {
      const set = Object.entries(changed.value).map(([name, text]) => `${name}=${text}`);
      if (key.value.trim() !== "") set.push(`${key.value.trim()}=${value.value}`);
      show_changed(await call("PATCH", "/channels/{name}", {name: channel.name, set}));
      note(t("channels.saved", {name: channel.name}));
    }}>
      <OneSetting name="url" label={t("channels.url")} value={channel.url} change={change("url")} />
      {Object.entries(channel.settings).map(([name, one]) => (
        <OneSetting key={name} name={name} label={label_of(name)} value={one} change={change(name)} />))}
      <fieldset class="another">
        <legend>{t("channels.another")}</legend>
        <TextField label={t("channels.another_name")} value={key.value}
                   change={(next) => key.value = next} />
        <TextField label={t("channels.another_value")} value={value.value}
                   change={(next) => value.value = next} />
      </fieldset>
    </FormDialog>
  );
}

export function Settings({channel}: {channel: Channel}) {
  const editing = useSignal(false);
  const label_of = useLabels(channel);
  return (
    <>
      <Facts all={[
        [t("channels.platform"), channel.platform],
        [t("channels.url"), channel.url !== "" &&
          <a href={channel.url} rel="noreferrer">{channel.url}</a>],
        [t("channels.since"), channel.since && on_day(channel.since)],
        ...Object.entries(channel.settings).map(([name, one]): [string, string] => [label_of(name), shown(one)]),
      ]} />
      {may("admin") && <p class="acts"><button type="button" onClick={() => editing.value = true}>
        {t("channels.edit")}</button></p>}
      {editing.value && <Edit channel={channel} close={() => editing.value = false} />}
    </>
  );
}

function Enter({channel, field, prompt, close}: {
  channel: Channel; field: string; prompt: string; close: () => void;
}) {
  const value = useSignal("");
  const expires = useSignal("");
  return (
    <FormDialog title={t("channels.enter_title", {what: prompt})} act={t("channels.seal")} close={close}
                done={async () => {
                  show_changed(await call("PATCH", "/channels/{name}", {name: channel.name,
                    secrets: {[field]: value.value}, expires: expires.value}));
                  value.value = "";
                  invalidate("today");
                  note(t("channels.sealed"));
                }}>
      <Field label={prompt} hint={t("channels.enter_more")}>
        {({id, described}) => (
          <input id={id} type="password" autoComplete="off" required aria-describedby={described}
                 value={value.value} onInput={(event) => value.value = event.currentTarget.value} />)}
      </Field>
      <Field label={t("channels.expires")} hint={t("channels.expires_more")}>
        {({id, described}) => (
          <input id={id} type="date" aria-describedby={described} value={expires.value}
                 onInput={(event) => expires.value = event.currentTarget.value} />)}
      </Field>
    </FormDialog>
  );
}

// Secrets by name and age. Nobody is ever shown one.
export function Secrets({channel}: {channel: Channel}) {
  const entering = useSignal<Channel["secrets"][number] | undefined>(undefined);
  return (
    <>
      <ul class="lines">
        {channel.secrets.map((one) => (
          <li key={one.field}>
            <div><strong>{one.prompt}</strong>
              <p class={one.entered === "" ? "needs" : "faint"}>{one.entered === ""
                ? t("channels.not_entered") : <>{t("channels.entered")} <Moment iso={one.entered} />
                  {one.expires !== "" && <> · {t("channels.works_until", {day: on_day(one.expires)})}</>}</>}</p>
              {one.warning !== "" && <p class="needs"><Icon name="warning" />{" "}
                {sentence(one.warning)} {t("channels.renew")}</p>}
            </div>
            {may("admin") && (
              <button type="button" onClick={() => entering.value = one}
                      aria-label={t(one.entered === "" ? "channels.enter_title"
                        : "channels.enter_again", {what: one.prompt})}>
                {t(one.entered === "" ? "channels.enter" : "channels.replace")}</button>)}
          </li>))}
      </ul>
      {entering.value && <Enter channel={channel} field={entering.value.field}
        prompt={entering.value.prompt} close={() => entering.value = undefined} />}
    </>
  );
}
