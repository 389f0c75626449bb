import {useSignal} from "@preact/signals";
import {call, may, type Reply} from "../api";
import {note} from "../live";
import {Difference} from "../parts/difference";
import {ReasonDialog} from "../parts/reason";
import {Resolve} from "../parts/resolve";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {NeedPill} from "../parts/status";
import {Moment} from "../parts/time";
import {invalidate, useAct, useResource} from "../resource";
import {sentence, t, tn} from "../words";

type Item = Reply<"GET", "/today">[number];

// The text that waits for a word, so that a word is never given unread.
function Review({item}: {item: Item}) {
  const id = item.draft;
  const draft = useResource(`drafts/${id}`, () => call("GET", "/drafts/{id}", {id}));
  const act = useAct();
  const returning = useSignal(false);
  const view = draft.value.value;
  if (!view)
    return draft.error.value ? <Problem error={draft.error.value} /> : <Skeleton lines={2} />;
  const done = (words: string) => {
    note(words);
    invalidate("today", "drafts");
  };
  const approve = () => act.run(async () => {
    await call("POST", "/drafts/{id}/approvals", {id, revision: view.revision});
    done(t("today.approved", {title: view.title}));
  });
  return (
    <>
      <details>
        <summary>{t("today.read", {n: view.revision})}</summary>
        {view.compared_with > 0
          ? <Difference lines={view.difference} since={view.compared_with} />
          : <pre class="prose" dir="auto">{view.content.body}</pre>}
      </details>
      <Problem error={act.error} />
      <p class="acts">
        {view.may.review && item.need === "approve" && (
          <>
            <button type="button" class="first" disabled={act.busy} onClick={approve}>
              {t("approve")}</button>
            <button type="button" onClick={() => returning.value = true}>{t("return")}</button>
          </>)}
        <a class="button" href={`/app/draft/${id}`}>{t("open")}</a>
      </p>
      {returning.value && (
        <ReasonDialog title={t("return.title")} label={t("return.reason")} act={t("return.go")}
          close={() => returning.value = false}
          done={async (reason) => {
            await call("POST", "/drafts/{id}/returns", {id, reason, revision: view.revision});
            done(t("today.returned", {title: view.title}));
          }} />)}
    </>
  );
}

function Delivery({item}: {item: Item}) {
  return (
    <p class="acts">
      {may("editor") && item.need !== "manual" &&
        <Resolve delivery={item.delivery} state={item.need === "unconfirmed" ? "unconfirmed" :
          item.need === "missed" ? "missed" : "refused"} />}
      <a class={item.need === "manual" ? "button first" : "button"}
         href={`/app/announcement/${encodeURIComponent(item.announcement)}`}>
        {item.need === "manual" ? t("today.by_hand") : t("open")}</a>
    </p>
  );
}

function Row({item}: {item: Item}) {
  return (
    <li class="card waits">
      <p class="row-head"><NeedPill need={item.need} /><Moment iso={item.since} /></p>
      <h2 dir="auto">{sentence(item.what)}</h2>
      <p class="note-text">{sentence(item.act)}</p>
      {item.draft !== "" && <Review item={item} />}
      {item.delivery !== "" && <Delivery item={item} />}
      {(item.need === "reply" || item.need === "report") && <p class="acts"><a class="button"
        href="/app/replies">{t("today.to_replies")}</a></p>}
      {item.channel !== "" && <p class="acts"><a class="button"
        href={`/app/channels/${encodeURIComponent(item.channel)}`}>{t("today.to_channel")}</a></p>}
    </li>
  );
}

export default function Today() {
  const today = useResource("today", () => call("GET", "/today", {}));
  const all = today.value.value;
  return (
    <>
      <header class="screen-head">
        <h1 tabIndex={-1}>{t("nav.today")}</h1>
        {all && all.length > 0 && <p>{tn("today.count", all.length)}</p>}
      </header>
      <Problem error={today.error.value} retry={() => void today.refresh()} />
      {!all && !today.error.value && <Skeleton />}
      {all?.length === 0 && (
        <div class="empty">
          <p><strong>{t("today.empty")}</strong></p>
          <p>{t("today.empty_more")}</p>
          <p><a class="button first" href="/app/draft/new">{t("nav.write")}</a></p>
        </div>)}
      <ul class="cards">{all?.map((item) => (
        <Row key={`${item.need} ${item.draft} ${item.delivery} ${item.what}`} item={item} />))}</ul>
    </>
  );
}
