// The form by which a channel is added. It is drawn from what the platform says that it needs.
import {useSignal} from "@preact/signals";
import {call, type Reply} from "../api";
import {note} from "../live";
import {Field, TextField} from "../parts/field";
import {Problem} from "../parts/problem";
import {invalidate, useAct} from "../resource";
import {go} from "../router";
import {t} from "../words";
import {check, known, type Channel} from "./standing";

export type Platform = Reply<"GET", "/platforms">[number];
type Setting = Platform["settings"][number];

// A text goes as JSON, which is YAML: so "true" and "120" stay the texts they are.
const written = (setting: Setting, value: string): string =>
  `${setting.name}=${setting.kind === "text" || setting.kind === "choice" ? JSON.stringify(value) : value}`;

function OneSetting({setting, value, change}: {
  setting: Setting; value: string; change: (next: string) => void;
}) {
  if (setting.kind === "yes_no") {
    return (
      <label class="check setting">
        <input type="checkbox" checked={value === "true"}
               onChange={(event) => change(event.currentTarget.checked ? "true" : "")} />
        {setting.about || setting.label}</label>
    );
  }
  return (
    <Field label={setting.label} hint={setting.about}>
      {({id, described}) => setting.kind === "choice"
        ? <select id={id} aria-describedby={described} required={setting.needed} value={value}
                  onChange={(event) => change(event.currentTarget.value)}>
            <option value="">{t(setting.needed ? "channels.choose" : "channels.as_usual")}</option>
            {setting.choices.map((word) => <option key={word} value={word}>{word}</option>)}
          </select>
        : <input id={id} type="text" inputMode={setting.kind === "number" ? "numeric" : "text"} dir="auto" value={value}
                 required={setting.needed} aria-describedby={described}
                 onInput={(event) => change(event.currentTarget.value)} />}
    </Field>
  );
}

function SecretInput({prompt, value, change}: {
  prompt: string; value: string; change: (next: string) => void;
}) {
  return (
    <Field label={prompt} hint={t("channels.enter_more")}>
      {({id, described}) => (
        <input id={id} type="password" autoComplete="off" aria-describedby={described} value={value}
               onInput={(event) => change(event.currentTarget.value)} />)}
    </Field>
  );
}

export function AddForm({platform}: {platform: Platform}) {
  const adding = useAct();
  const name = useSignal(platform.channels.length === 0 ? platform.name : "");
  const url = useSignal("");
  const settings = useSignal<Record<string, string>>({});
  const secrets = useSignal<Record<string, string>>({});
  const entered = (from: Record<string, string>) =>
    Object.fromEntries(Object.entries(from).filter(([, value]) => value !== ""));
  const add = async () => {
    const set = platform.settings.filter((one) => settings.value[one.name])
      .map((one) => written(one, settings.value[one.name]!.trim()));
    if (url.value.trim() !== "") set.push(`url=${JSON.stringify(url.value.trim())}`);
    const added: Channel = await call("POST", "/channels", {platform: platform.name,
      name: name.value.trim(), set, secrets: entered(secrets.value)});
    secrets.value = {};
    // The server knows it once it has read its carillon.yaml anew; then it is checked at once.
    if (await known(added.name)) await check([added.name]);
    invalidate("channels", "platforms", "register");
    note(t("channels.added", {name: added.name}));
    go(`/app/channels/${encodeURIComponent(added.name)}`);
  };
  const one = (setting: Setting) => (
    <OneSetting key={setting.name} setting={setting} value={settings.value[setting.name] ?? ""}
      change={(next) => settings.value = {...settings.peek(), [setting.name]: next}} />);
  const optional = platform.settings.filter((setting) => !setting.needed);
  return (
    <form class="add-form" onSubmit={(event) => {
      event.preventDefault();
      void adding.run(add);
    }}>
      {platform.there.length > 0 && (
        <><h3>{t("channels.there")}</h3>
          <ol class="there">{platform.there.map((step) => <li key={step}>{step}</li>)}</ol></>)}
      <TextField label={t("channels.name")} hint={t("channels.name_more")} value={name.value} required
                 change={(next) => name.value = next} />
      {platform.settings.filter((setting) => setting.needed).map(one)}
      {platform.secrets.map((secret) => (
        <SecretInput key={secret.name} prompt={secret.prompt} value={secrets.value[secret.name] ?? ""}
          change={(next) => secrets.value = {...secrets.peek(), [secret.name]: next}} />))}
      <TextField label={t("channels.public_url")} hint={t("channels.public_url_more")} address
                 value={url.value} change={(next) => url.value = next} />
      {optional.length > 0 && (
        <details><summary>{t("channels.more_settings")}</summary>{optional.map(one)}</details>)}
      <Problem error={adding.error} />
      <p class="acts">
        <button type="submit" class="first" disabled={adding.busy}>
          {t(adding.busy ? "channels.adding" : "channels.add_go")}</button>
        <a class="button" href="/app/channels">{t("cancel")}</a>
      </p>
    </form>
  );
}
