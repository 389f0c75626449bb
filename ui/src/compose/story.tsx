// Where a draft stands, what was said of it, and what changed.
import {useSignal} from "@preact/signals";
import {call} from "../api";
import {Difference} from "../parts/difference";
import {TextField} from "../parts/field";
import {Problem} from "../parts/problem";
import {DraftPill} from "../parts/status";
import {Moment} from "../parts/time";
import {useAct} from "../resource";
import {sentence, t, tn, type Key} from "../words";
import type {Composer} from "./composer";
import type {View} from "./content";

function approved_before(view: View): number {
  const found = view.history.findLast((one) => one.what === "approved" && one.outdated);
  return found?.revision ?? 0;
}

export function Standing({composer}: {composer: Composer}) {
  const view = composer.view.value;
  if (!view) return null;
  const approved = approved_before(view);
  const changed = view.difference.filter((one) =>
    one.fate === "come" || one.fate === "gone").length;
  return (
    <section class="card" aria-label={t("standing")}>
      <h2>{t("standing")}</h2>
      <p class="row-head"><DraftPill state={view.state} />
        <span>{t("revision", {n: view.revision, who: view.by})}</span> <Moment iso={view.at} /></p>
      {composer.dirty.value && view.state !== "writing" && view.state !== "returned" &&
        <p class="voids">{t("standing.voids")}</p>}
      {view.missing !== "" && <p>{sentence(view.missing)}</p>}
      {approved > 0 && !view.cleared && view.compared_with === approved &&
        <p class="voids">{tn("standing.approved", changed, {revision: approved})}</p>}
      {view.copies.filter((one) => !one.own).map((one) => (
        <p key={one.who} class="voids">
          {t("standing.typing", {who: one.who})} <Moment iso={one.at} /></p>))}
      {view.override_open && <p class="voids">{t("standing.override")}</p>}
      {view.announcement !== "" && (
        <p><a href={`/app/announcement/${encodeURIComponent(view.announcement)}`}>
          {t("standing.deliveries")}</a></p>)}
      {view.compared_with > 0 && view.difference.length > 0 && (
        <details>
          <summary>{t("difference", {n: view.compared_with})}</summary>
          <Difference lines={view.difference} since={view.compared_with} />
        </details>)}
    </section>
  );
}

export function History({composer}: {composer: Composer}) {
  const words = useSignal("");
  const act = useAct();
  const view = composer.view.value;
  if (!view) return null;
  const send = async (event: Event) => {
    event.preventDefault();
    if (words.value.trim() === "") return;
    const sent = await act.run(async () => composer.take(await call("POST", "/drafts/{id}/notes",
      {id: view.id, text: words.value.trim()})));
    if (sent) words.value = "";
  };
  return (
    <section class="card" aria-label={t("history")}>
      <h2>{t("history")}</h2>
      <ol class="history">
        {view.history.map((one, i) => (
          <li key={i} class={one.outdated ? "outdated" : ""}>
            <p class="row-head"><strong>{one.who}</strong>
              <span>{t(`did.${one.what}` as Key, {n: one.revision})}</span>{" "}
              <Moment iso={one.at} /></p>
            {one.words !== "" && <p dir="auto">{one.words}</p>}
            {one.outdated && one.what === "approved" && <p class="hint">{t("history.outdated")}</p>}
          </li>))}
      </ol>
      <form onSubmit={send}>
        <TextField label={t("history.note")} hint={t("history.note_hint")} rows={2}
                   value={words.value} change={(next) => words.value = next} />
        <Problem error={act.error} />
        <button type="submit" disabled={act.busy}>{t("history.note_go")}</button>
      </form>
    </section>
  );
}
