import {useSignal} from "@preact/signals";
import {call, type Reply} from "../api";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {DraftPill} from "../parts/status";
import {in_zone, Moment} from "../parts/time";
import {useResource} from "../resource";
import {session} from "../api";
import {sentence, t, type Key} from "../words";

type Line = Reply<"GET", "/drafts">[number];

function Row({draft}: {draft: Line}) {
  return (
    <li class="card row">
      <p class="row-head"><DraftPill state={draft.state} />
        <span>{t(`kind.${draft.kind}` as Key)}</span>
        <span>{t("revision", {n: draft.revision, who: draft.by})}</span>{" "}
        <Moment iso={draft.at} /></p>
      <h2 dir="auto"><a href={`/app/draft/${draft.id}`}>{draft.title}</a></h2>
      {draft.due !== "" && <p class="note-text">{t("drafts.for")}{" "}
        {in_zone(new Date(draft.due), session.value?.time_zone ?? "UTC")}</p>}
      {draft.missing !== "" && draft.state !== "published" &&
        <p class="note-text">{sentence(draft.missing)}</p>}
    </li>
  );
}

export default function Drafts() {
  const every = useSignal(new URLSearchParams(location.search).has("all"));
  const drafts = useResource(every.value ? "drafts/all" : "drafts/open",
    () => call("GET", "/drafts", every.value ? {} : {open: true}));
  const all = drafts.value.value;
  const choose = (next: boolean) => {
    every.value = next;
    history.replaceState(null, "", next ? "?all" : location.pathname);
  };
  return (
    <>
      <header class="screen-head">
        <h1 tabIndex={-1}>{t("nav.drafts")}</h1>
        <div class="segments" role="group" aria-label={t("drafts.which")}>
          <button type="button" aria-pressed={!every.value} onClick={() => choose(false)}>
            {t("drafts.open")}</button>
          <button type="button" aria-pressed={every.value} onClick={() => choose(true)}>
            {t("drafts.all")}</button>
        </div>
      </header>
      <Problem error={drafts.error.value} retry={() => void drafts.refresh()} />
      {!all && !drafts.error.value && <Skeleton />}
      {all?.length === 0 && (
        <div class="empty">
          <p><strong>{t("drafts.empty")}</strong></p>
          <p><a class="button first" href="/app/draft/new">{t("nav.write")}</a></p>
        </div>)}
      <ul class="cards">{all?.map((one) => <Row key={one.id} draft={one} />)}</ul>
    </>
  );
}
