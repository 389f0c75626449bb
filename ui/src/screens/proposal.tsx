import {useSignal} from "@preact/signals";
import {call, may, type Reply} from "../api";
import {note} from "../live";
import {ConfirmDialog} from "../parts/confirm";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {ReasonDialog} from "../parts/reason";
import {Facts} from "../parts/section";
import {Pill} from "../parts/status";
import {Moment} from "../parts/time";
import {proposal_looks} from "../proposals/looks";
import {invalidate, useAct, useResource} from "../resource";
import {go} from "../router";
import type {ScreenProps} from "../routes";
import {t} from "../words";

type Proposal = Reply<"GET", "/proposals/{id}">;

// The post file that was made of it; put on the desk, it is a draft like any other.
async function take(id: string): Promise<void> {
  const {post} = await call("POST", "/proposals/{id}/take", {id});
  const draft = await call("POST", "/drafts", {text: post});
  invalidate("proposals", "drafts", "today");
  note(t("proposals.taken_note"));
  go(`/app/draft/${draft.id}`);
}

function Acts({one}: {one: Proposal}) {
  const asked = useSignal<"decline" | "spam" | undefined>(undefined);
  const taking = useAct();
  const {id} = one;
  const close = () => asked.value = undefined;
  return (
    <>
      <Problem error={taking.error} />
      <p class="acts">
        {one.state === "waiting" && (
          <button type="button" class="first" disabled={taking.busy}
                  onClick={() => void taking.run(() => take(id))}>{t("proposals.take")}</button>)}
        {one.state === "waiting" && (
          <button type="button" onClick={() => asked.value = "decline"}>{t("proposals.decline")}</button>)}
        <button type="button" class="danger" onClick={() => asked.value = "spam"}>
          {t("proposals.spam")}</button>
      </p>
      {asked.value === "decline" && (
        <ReasonDialog title={t("proposals.decline")} label={t("proposals.reason")}
          text={t("proposals.reason_more")} act={t("proposals.decline")} close={close}
          done={async (reason) => {
            await call("POST", "/proposals/{id}/decline", {id, reason});
            invalidate("proposals", "today");
            note(t("proposals.declined_note"));
          }} />)}
      {asked.value === "spam" && (
        <ConfirmDialog title={t("proposals.spam_title")} act={t("proposals.spam")} danger close={close}
          done={async () => {
            await call("DELETE", "/proposals/{id}", {id});
            go("/app/proposals", true);
            invalidate("proposals", "today");
            note(t("proposals.spam_note"));
          }}><p>{t("proposals.spam_more")}</p></ConfirmDialog>)}
    </>
  );
}

export default function OneProposal({params}: ScreenProps) {
  const id = params["id"] ?? "";
  const found = useResource(`proposals/${id}`, () => call("GET", "/proposals/{id}", {id}));
  const one = found.value.value;
  return (
    <>
      <p class="back"><a href="/app/proposals"><Icon name="back" />{t("nav.proposals")}</a></p>
      <header class="screen-head">
        <h1 tabIndex={-1}>{t("proposals.one")}</h1>
        {one && <Pill {...proposal_looks[one.state]} />}
      </header>
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!one && !found.error.value && <Skeleton />}
      {one && (
        <article class="section narrow">
          <p class="prose" dir="auto">{one.text}</p>
          <Facts all={[
            [t("proposals.link"), one.link !== "" &&
              <a href={one.link} rel="noreferrer nofollow">{one.link}</a>],
            [t("proposals.audience"), one.audience],
            [t("proposals.date"), one.date],
            [t("proposals.name"), one.name],
            [t("proposals.contact"), one.contact],
            [t("proposals.made"), <Moment iso={one.made} />],
            [t("proposals.ended"), one.ended !== "" && <Moment iso={one.ended} />],
            [t("proposals.said"), one.reason],
            [t("proposals.links"), one.links.length > 0 && <>{one.links.map((each, i) => (
              <span key={each.url}>{i > 0 && ", "}<a href={each.url} rel="noreferrer">{each.name}</a></span>))}</>],
          ]} />
          {may("editor") && <Acts one={one} />}
        </article>)}
    </>
  );
}
