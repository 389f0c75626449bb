import {useSignal} from "@preact/signals";
import {call, may} from "../api";
import {ArchiveSearch} from "../retire/archive";
import {DecisionDialog, PlanDialog, type Wanted} from "../retire/begin";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Section} from "../parts/section";
import {on_day} from "../parts/time";
import {useResource} from "../resource";
import {place} from "../router";
import {t, tn} from "../words";
import {looks, type Use} from "../channels/standing";

// What an address such as /app/retire?channel=x&to=reserved asks for.
function wanted(): Wanted | undefined {
  const query = new URLSearchParams(place.value.query);
  const channel = query.get("channel") ?? "";
  const to = query.get("to");
  if (channel === "" || (to !== "inactive" && to !== "reserved" && to !== "closed")) return undefined;
  return {channel, to};
}

function Plans() {
  const found = useResource("retirements", () => call("GET", "/retirements", {}));
  const all = found.value.value;
  return (
    <>
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!all && !found.error.value && <Skeleton lines={3} />}
      {all?.length === 0 && <p class="note-text">{t("retire.none")}</p>}
      <ul class="lines">
        {all?.map((one) => {
          const settled = one.steps.filter((each) => each.state === "done" || each.state === "skipped").length;
          return (
            <li key={one.channel}>
              <div><h3><a href={`/app/retire/${encodeURIComponent(one.channel)}`}>
                {t("retire.becomes", {channel: one.channel, use: t(looks[one.to as Use].word)})}</a></h3>
                <p class="faint" dir="auto">{one.decision.title} · {one.decision.body}</p></div>
              <p class="progress"><progress value={settled} max={one.steps.length}
                  aria-label={t("retire.progress", {channel: one.channel})} />{" "}
                {tn("retire.settled", settled, {all: one.steps.length})}</p>
            </li>);
        })}
      </ul>
    </>
  );
}

function Decisions() {
  const found = useResource("decisions", () => call("GET", "/decisions", {}));
  const all = found.value.value;
  return (
    <>
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!all && !found.error.value && <Skeleton lines={3} />}
      {all?.length === 0 && <p class="note-text">{t("retire.no_decisions")}</p>}
      <ul class="lines">
        {all?.map((one) => (
          <li key={one.id}>
            <div><strong dir="auto">{one.title}</strong>
              <p class="faint" dir="auto">{t("retire.decided", {body: one.body, day: on_day(one.decided),
                channel: one.channel, use: t(looks[one.to as Use].word)})}</p></div>
            {one.record !== "" && <a href={one.record} rel="noreferrer">{t("retire.record")}</a>}
          </li>))}
      </ul>
    </>
  );
}

export default function Retire() {
  const asked = useSignal<"decision" | "plan" | undefined>(undefined);
  const from_address = wanted();
  const close = () => asked.value = undefined;
  return (
    <>
      <header class="screen-head">
        <h1 tabIndex={-1}>{t("nav.retire")}</h1>
        <p>{t("retire.about")}</p>
      </header>
      {from_address && may("admin") && (
        <p class="banner">{t("retire.asked", {channel: from_address.channel,
          use: t(looks[from_address.to].word)})}</p>)}
      <div class="sections narrow">
        <Section title={t("retire.plans")} acts={may("admin") &&
          <button type="button" onClick={() => asked.value = "plan"}><Icon name="plus" />
            {t("retire.plan")}</button>}><Plans /></Section>
        <Section title={t("retire.decisions")} acts={may("admin") &&
          <button type="button" onClick={() => asked.value = "decision"}><Icon name="plus" />
            {t("retire.decide")}</button>}><Decisions /></Section>
        <Section title={t("archive.title")}><ArchiveSearch /></Section>
      </div>
      {asked.value === "decision" && <DecisionDialog wanted={from_address} close={close} />}
      {asked.value === "plan" && <PlanDialog wanted={from_address} close={close} />}
    </>
  );
}
