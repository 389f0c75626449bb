import {useSignal} from "@preact/signals";
import {call, may, type Reply} from "../api";
import {note} from "../live";
import {TextField} from "../parts/field";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Pill, type Look} from "../parts/status";
import {Moment} from "../parts/time";
import {invalidate, useAct, useResource} from "../resource";
import {place} from "../router";
import {t, tn, type Key} from "../words";

type One = Reply<"GET", "/home/replies">[number];
type Report = Reply<"GET", "/home/reports">[number];
type Said = "seen" | "answered" | "leave";

const looks: Record<One["state"], Look> = {
  unseen: {tone: "attention", icon: "eye", word: "replies.unseen"},
  seen: {tone: "waits", icon: "eye", word: "replies.seen"},
  answered: {tone: "ok", icon: "check", word: "replies.answered"},
  left_alone: {tone: "plain", icon: "cross", word: "replies.left_alone"},
};

const filters: Array<[string, Key]> = [["unseen", "replies.unseen"], ["seen", "replies.seen"],
  ["answered", "replies.answered"], ["left_alone", "replies.left_alone"], ["all", "replies.all"]];

// Closed until somebody wants to answer.
function Answer({one}: {one: One}) {
  const text = useSignal("");
  const act = useAct();
  const send = async (event: Event) => {
    event.preventDefault();
    if (text.value.trim() === "") return;
    const sent = await act.run(async () => {
      const done = await call("POST", "/home/replies/{id}/answers", {id: one.id, text: text.value});
      note(done.missing === "" ? t("replies.answer_sent")
        : t("replies.answer_waits", {missing: done.missing}));
    });
    if (!sent) return;
    text.value = "";
    invalidate("replies", "today", "drafts");
  };
  return (
    <details>
      <summary>{t("replies.answer")}</summary>
      <form onSubmit={send}>
        <TextField label={t("replies.answer_text")} hint={t("replies.answer_hint")} rows={3}
                   value={text.value} change={(next) => text.value = next} />
        <Problem error={act.error} />
        <button type="submit" disabled={act.busy}>{t("replies.answer_go")}</button>
      </form>
    </details>
  );
}

function Acts({one}: {one: One}) {
  const act = useAct();
  const say = (what: Said) => act.run(async () => {
    await call("POST", "/home/replies/{id}", {id: one.id, [what]: true});
    invalidate("replies", "today");
    note(t("replies.noted"));
  });
  return (
    <>
      <Problem error={act.error} />
      <p class="acts">
        {one.state !== "answered" && <button type="button" class="first" disabled={act.busy}
          onClick={() => void say("answered")}>{t("replies.is_answered")}</button>}
        {one.state === "unseen" && <button type="button" disabled={act.busy}
          onClick={() => void say("seen")}>{t("replies.is_seen")}</button>}
        {one.state !== "left_alone" && <button type="button" disabled={act.busy}
          onClick={() => void say("leave")}>{t("replies.leave")}</button>}
        <a class="button" href={one.url} rel="noreferrer nofollow">{t("replies.there")}</a>
      </p>
    </>
  );
}

// What its author put a warning before stays closed here too.
function Said({one}: {one: One}) {
  const text = <p class="prose" dir="auto">{one.text}</p>;
  if (one.warning === "") return text;
  return <details><summary dir="auto">{one.warning}</summary>{text}</details>;
}

function Row({one}: {one: One}) {
  return (
    <li class="card">
      <p class="row-head"><Pill {...looks[one.state]} /><Moment iso={one.came} />
        {one.slug !== "" && <a href={`/app/announcement/${encodeURIComponent(one.slug)}`}>
          {t("replies.to", {slug: one.slug})}</a>}</p>
      <h2 dir="auto">{one.author}</h2>
      <Said one={one} />
      {one.person !== "" &&
        <p class="note-text">{t("replies.said_by", {who: one.person})} <Moment iso={one.changed} /></p>}
      <Answer one={one} />
      <Acts one={one} />
    </li>
  );
}

function ReportRow({one}: {one: Report}) {
  const act = useAct();
  const seen = () => act.run(async () => {
    await call("POST", "/home/reports/{id}/seen", {id: one.id});
    invalidate("reports", "today");
    note(t("replies.noted"));
  });
  return (
    <li class="card">
      <p class="row-head"><Moment iso={one.made} /></p>
      <h3 dir="auto">{one.host}</h3>
      <p class="prose" dir="auto">{one.words}</p>
      <p class="note-text" dir="auto">{one.about}</p>
      <Problem error={act.error} />
      <p class="acts"><button type="button" disabled={act.busy} onClick={() => void seen()}>
        {t("replies.looked_into")}</button></p>
    </li>
  );
}

function Reports() {
  const found = useResource("reports", () => call("GET", "/home/reports", {}));
  const all = found.value.value;
  if (!all || all.length === 0) return null;
  return (
    <section>
      <h2>{t("replies.reports")}</h2>
      <ul class="cards">{all.map((one) => <ReportRow key={one.id} one={one} />)}</ul>
    </section>
  );
}

export default function Replies() {
  const state = new URLSearchParams(place.value.query).get("state") ?? "unseen";
  const found = useResource("replies", () => call("GET", "/home/replies", {}));
  const all = found.value.value;
  const shown = all?.filter((one) => state === "all" || one.state === state);
  return (
    <>
      <header class="screen-head">
        <h1 tabIndex={-1}>{t("nav.replies")}</h1>
        {shown && shown.length > 0 && <p>{tn("replies.count", shown.length)}</p>}
      </header>
      <nav class="state-tabs" aria-label={t("replies.filter")}>
        {filters.map(([one, word]) => (
          <a key={one} href={`/app/replies?state=${one}`}
             aria-current={one === state ? "true" : undefined}>{t(word)}</a>))}
      </nav>
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!all && !found.error.value && <Skeleton />}
      {shown?.length === 0 && (
        <div class="empty">
          <p><strong>{t("replies.none")}</strong></p>
          <p>{t("replies.none_more")}</p>
        </div>)}
      <ul class="cards">{shown?.map((one) => <Row key={one.id} one={one} />)}</ul>
      {may("editor") && <Reports />}
    </>
  );
}
