import {call} from "../api";
import {Icon} from "../parts/icon";
import {useResource} from "../resource";
import {t} from "../words";
import {checks, type Channel} from "./standing";

interface Step {
  words: string;
  done: boolean | undefined;  // undefined: nobody can see it from here
}

function steps_of(channel: Channel, there: string[]): Step[] {
  const out: Step[] = there.map((words) => ({words, done: undefined}));
  if (channel.secrets.length > 0) {
    out.push({words: t("connect.secrets"),
      done: channel.secrets.every((one) => one.entered !== "")});
  }
  out.push({words: t("connect.check"), done: checks.value[channel.name]?.good});
  out.push({words: t("connect.url"), done: channel.url !== ""});
  return out;
}

// The way to a channel that works, with what is done of it.
export function Connect({channel}: {channel: Channel}) {
  const platforms = useResource("platforms", () => call("GET", "/platforms", {}));
  const there = platforms.value.value?.find((one) => one.name === channel.platform)?.there ?? [];
  return (
    <ol class="steps">
      {steps_of(channel, there).map((step) => (
        <li key={step.words} class={step.done ? "done" : undefined}>
          <Icon name={step.done ? "check" : "open"} />
          <div><p>{step.words}{step.done === true && <span class="hidden"> {t("done")}</span>}</p></div>
        </li>))}
    </ol>
  );
}
