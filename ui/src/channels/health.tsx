import type {Reply} from "../api";
import {Icon} from "../parts/icon";
import {ago, Moment} from "../parts/time";
import {sentence, t} from "../words";
import {checks, type Channel} from "./standing";

type Diagnosis = Reply<"GET", "/doctor">[number];

const looks = {good: ["ok", "check"], warning: ["attention", "warning"], bad: ["danger", "cross"]} as const;

export function HealthPill({health}: {health: Diagnosis["health"]}) {
  const [tone, icon] = looks[health];
  const word = health === "good" ? t("health.good") : health === "bad" ? t("health.bad")
    : t("health.warning");
  return <span class={`pill ${tone}`}><Icon name={icon} />{word}</span>;
}

// In a line: the last answer of its server, else what can be seen from here.
export function Health({channel}: {channel: Channel}) {
  const checked = checks.value[channel.name];
  if (checked) {
    return (
      <span class="health"><HealthPill health={!checked.good ? "bad" :
        checked.account.warnings.length > 0 ? "warning" : "good"} />{" "}
        {t("health.checked", {when: ago(checked.at)})}</span>
    );
  }
  if (channel.secrets.some((one) => one.entered === "")) {
    return <span class="health"><HealthPill health="bad" /> {t("health.no_secret")}</span>;
  }
  return <span class="health faint">{t("health.unknown")}</span>;
}

// The whole of the last answer.
export function LastCheck({channel}: {channel: string}) {
  const checked = checks.value[channel];
  if (!checked) return <p class="note-text">{t("health.not_checked")}</p>;
  if (!checked.good) {
    return (
      <div class="problem" role="status">
        <p><strong>{sentence(checked.message)}</strong></p>
        {checked.hint !== "" && <p>{sentence(checked.hint)}</p>}
      </div>
    );
  }
  const {account} = checked;
  return (
    <div class="checked" role="status">
      <p><HealthPill health={account.warnings.length > 0 ? "warning" : "good"} />{" "}
        <Moment iso={checked.at} /></p>
      <p>{account.url === "" ? account.handle
        : <a href={account.url} rel="noreferrer">{account.handle}</a>}
        {account.detail !== "" && <span class="faint"> {account.detail}</span>}</p>
      {account.warnings.length > 0 &&
        <ul class="warnings">{account.warnings.map((one) => (
          <li key={one}><Icon name="warning" />{sentence(one)}</li>))}</ul>}
    </div>
  );
}
