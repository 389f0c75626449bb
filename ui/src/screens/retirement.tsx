import {useSignal} from "@preact/signals";
import {call, may, type Reply} from "../api";
import {looks, type Use} from "../channels/standing";
import {announce, note} from "../live";
import {FormDialog} from "../parts/confirm";
import {TextField} from "../parts/field";
import {Icon, type IconName} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {ReasonDialog} from "../parts/reason";
import {Said} from "../parts/said";
import {Moment, on_day} from "../parts/time";
import {invalidate, useAct, useResource} from "../resource";
import type {ScreenProps} from "../routes";
import {sentence, t, tn, type Key} from "../words";

type Plan = Reply<"GET", "/retirements">[number];
type Step = Plan["steps"][number];
type Went = Reply<"POST", "/retirements/{channel}/next">;

const states: Record<Step["state"], [IconName, string, Key]> = {
  open: ["open", "plain", "step.open"], waiting: ["clock", "waits", "step.waiting"],
  done: ["check", "ok", "step.done"], skipped: ["cross", "plain", "step.skipped"]};

// What a person says of a step: that it is done, or why it is left out; and what one that cannot be
// undone asks to be typed.
function Confirm({step, done, close}: {
  step: Step; done: (typed: string) => Promise<void>; close: () => void;
}) {
  const typed = useSignal("");
  return (
    <FormDialog title={step.title} act={t("retire.confirm")} danger close={close}
                done={() => done(typed.value)}>
      <p>{sentence(step.what)}</p>
      <TextField label={t("retire.confirm_field")} hint={t("retire.confirm_more")} value={typed.value}
                 required change={(next) => typed.value = next} />
    </FormDialog>
  );
}

function OneStep({step, next, current}: {
  step: Step; current: boolean;
  next: (words: {step: string; proof?: string; skip?: string; confirm?: string}) => Promise<void>;
}) {
  const asked = useSignal<"proof" | "skip" | "confirm" | undefined>(undefined);
  const [icon, tone, word] = states[step.state];
  const close = () => asked.value = undefined;
  const open = step.state === "open" || step.state === "waiting";
  return (
    <li class={`plan-step${current ? " current" : ""}`} aria-current={current ? "step" : undefined}>
      <h2 dir="auto">{step.title}</h2>
      <p class="row-head"><span class={`pill ${tone}`}><Icon name={icon} />{t(word)}</span>
        {step.door === "one_way" && <span class="pill danger"><Icon name="warning" />{t("step.one_way")}</span>}
        {step.state === "waiting" && step.not_before !== "" &&
          <span>{t("step.not_before", {day: on_day(step.not_before)})}</span>}
        {step.at !== "" && <span><Moment iso={step.at} />{step.by !== "" && <> · {step.by}</>}</span>}</p>
      {step.proof !== "" && <p dir="auto"><Said text={step.proof} /></p>}
      {open && <p><Said text={step.what} /></p>}
      <details open={current}>
        <summary aria-label={t("step.more_of", {title: step.title})}>{t("step.more")}</summary>
        <dl class="facts">
          {!open && <div><dt>{t("step.what")}</dt><dd><Said text={step.what} /></dd></div>}
          <div><dt>{t("step.why")}</dt><dd><Said text={step.why} /></dd></div>
          <div><dt>{t("step.verify")}</dt><dd><Said text={step.verify} /></dd></div>
          <div><dt>{t("step.undo")}</dt><dd><Said text={step.undo} /></dd></div>
        </dl>
      </details>
      {open && current && may("admin") && (
        <p class="acts">
          {step.witness === "person" && <button type="button" onClick={() => asked.value = "proof"}>
            {t("step.is_done")}</button>}
          {step.door === "one_way" && <button type="button" class="danger"
            onClick={() => asked.value = "confirm"}>{t("retire.confirm")}</button>}
          <button type="button" onClick={() => asked.value = "skip"}>{t("step.skip")}</button>
        </p>)}
      {asked.value === "confirm" && <Confirm step={step} close={close}
        done={(confirm) => next({step: step.key, confirm})} />}
      {(asked.value === "proof" || asked.value === "skip") && (
        <ReasonDialog title={step.title} act={t(asked.value === "proof" ? "step.is_done" : "step.skip")}
          label={t(asked.value === "proof" ? "step.proof" : "step.reason")} text={t("step.in_report")}
          close={close} done={(words) => next({step: step.key,
            ...(asked.value === "proof" ? {proof: words} : {skip: words})})} />)}
    </li>
  );
}

function Outcome({went}: {went: Went}) {
  return (
    <div class="outcome" role="status">
      <p>{went.finished ? t("retire.finished") : tn("retire.went", went.settled.length)}</p>
      {went.changed.length > 0 && <ul>{went.changed.map((one) => <li key={one}><Said text={one} /></li>)}</ul>}
      {went.now.map((one) => <p key={one.key}><strong dir="auto">
        {t("retire.waits", {title: one.title})}</strong></p>)}
      {went.missing.length > 0 && (
        <>
          <p>{t("retire.missing")}</p>
          <ul>{went.missing.map((one) => <li key={one}><Said text={one} /></li>)}</ul>
        </>)}
      {went.next_day !== "" && <p>{t("retire.next_day", {day: on_day(went.next_day)})}</p>}
    </div>
  );
}

export default function Retirement({params}: ScreenProps) {
  const channel = params["channel"] ?? "";
  const found = useResource(`retirements/${channel}`, () => call("GET", "/retirements", {channel}));
  const going = useAct();
  const went = useSignal<Went | undefined>(undefined);
  const plan = found.value.value?.[0];
  const next = async (words: {step?: string; proof?: string; skip?: string; confirm?: string} = {}) => {
    went.value = await call("POST", "/retirements/{channel}/next", {channel, ...words});
    invalidate("retirements", "channels", "register");
    if (words.step) note(t("retire.noted"));
    else announce(tn("retire.went", went.value.settled.length));
  };
  const current = plan?.steps.find((one) => one.state === "open")?.key;
  return (
    <>
      <p class="back"><a href="/app/retire"><Icon name="back" />{t("nav.retire")}</a></p>
      <header class="screen-head">
        <h1 tabIndex={-1} dir="auto">{plan ? t("retire.becomes", {channel,
          use: t(looks[plan.to as Use].word)}) : channel}</h1>
        {plan && <p dir="auto">{plan.decision.title} · {plan.decision.body}, {on_day(plan.decision.decided)}</p>}
      </header>
      {may("admin") && <p><a href={`/app/retire/${encodeURIComponent(channel)}/links`}>
        <Icon name="link" /> {t("links.open")}</a></p>}
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!plan && !found.error.value && (found.value.value
        ? <div class="empty"><p><strong>{t("retire.no_plan")}</strong></p></div> : <Skeleton lines={8} />)}
      {plan && (
        <div class="narrow">
          {may("admin") && current && (
            <p class="acts"><button type="button" class="first" disabled={going.busy}
              onClick={() => void going.run(() => next())}>
              {t(going.busy ? "retire.going" : "retire.go_on")}</button></p>)}
          <Problem error={going.error} />
          {went.value && <Outcome went={went.value} />}
          <ol class="rows plan">{plan.steps.map((one) => (
            <OneStep key={one.key} step={one} current={one.key === current} next={next} />))}</ol>
        </div>)}
    </>
  );
}
