import {may} from "../api";
import {Icon} from "../parts/icon";
import {t, type Key} from "../words";
import {checks, type Channel} from "./standing";

// What has to be done on a platform itself. A platform that is not named here needs nothing but its
// settings and secrets.
const there: Partial<Record<string, Key[]>> = {
  mastodon: ["connect.mastodon_app", "connect.mastodon_scopes"],
  bluesky: ["connect.bluesky_password"],
  webhook: ["connect.webhook_receiver"],
  manual: ["connect.manual_person"],
};

interface Step {
  words: string;
  command?: string;
  done: boolean | undefined;  // undefined: nobody can see it from here
}

function steps_of(channel: Channel): Step[] {
  const out: Step[] = (there[channel.platform] ?? []).map((key) => ({words: t(key), done: undefined}));
  if (channel.secrets.length > 0) {
    out.push({words: t("connect.secrets"), command: `carillon channel set ${channel.name} --secret`,
      done: channel.secrets.every((one) => one.entered !== "")});
  }
  out.push({words: t("connect.check"), command: `carillon channel check ${channel.name}`,
    done: checks.value[channel.name]?.good});
  out.push({words: t("connect.url"), command: `carillon channel set ${channel.name} url=ADDRESS`,
    done: channel.url !== ""});
  return out;
}

// The way to a channel that works, with what is done of it.
export function Connect({channel}: {channel: Channel}) {
  return (
    <ol class="steps">
      {steps_of(channel).map((step) => (
        <li key={step.words} class={step.done ? "done" : undefined}>
          <Icon name={step.done ? "check" : "open"} />
          <div><p>{step.words}{step.done === true && <span class="hidden"> {t("done")}</span>}</p>
            {step.command && may("admin") && !step.done &&
              <p class="faint">{t("connect.on_server")} <code>{step.command}</code></p>}</div>
        </li>))}
    </ol>
  );
}
