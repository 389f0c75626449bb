// What is done with a draft: saved, asked for, approved, returned, published, removed.
import {useSignal, type Signal} from "@preact/signals";
import {call, may, type ApiError} from "../api";
import {note} from "../live";
import {once} from "../once";
import {Dialog} from "../parts/dialog";
import {Problem} from "../parts/problem";
import {ReasonDialog} from "../parts/reason";
import {invalidate, useAct} from "../resource";
import {go} from "../router";
import {locale, sentence, t} from "../words";
import type {Composer} from "./composer";
import {in_words} from "./fields";
import {checks_of} from "./preview";
import {parse_when} from "./zones";

type Asked = "" | "return" | "publish" | "override" | "remove";

// Why it cannot go on, or nothing. One guard for buttons and shortcuts; the server asks again.
export function obstacle(composer: Composer): string {
  if (composer.unwritten.value) return t("obstacle.empty");
  if (checks_of(composer).some((one) => one.blocks)) return t("obstacle.blocked");
  if (composer.conflict.value) return t("obstacle.conflict");
  return "";
}

function to_first_problem(composer: Composer): void {
  const line = document.querySelector<HTMLElement>(".check-line.bad");
  if (line && composer.content.peek().body.trim() !== "") line.focus();
  else document.querySelector<HTMLElement>(".written textarea")?.focus();
}

export async function save(composer: Composer): Promise<boolean> {
  if (composer.content.peek().body.trim() === "") {
    to_first_problem(composer);
    return false;
  }
  if (composer.id.peek() !== "" && !composer.dirty.peek()) return true;
  return await composer.save();
}

// The next step of whoever writes: saved and asked for. It never publishes.
export async function ask(composer: Composer): Promise<void> {
  if (obstacle(composer) !== "") {
    to_first_problem(composer);
    return;
  }
  if (!await save(composer)) return;
  const view = composer.view.peek();
  if (!view || (view.state !== "writing" && view.state !== "returned")) return;
  composer.take(await call("POST", "/drafts/{id}/requests",
    {id: view.id, revision: view.revision}));
  invalidate("today", "drafts");
  note(t("draft.asked"));
}

async function publish(composer: Composer, reason: string): Promise<void> {
  const view = composer.view.peek();
  if (!view) return;
  const sent = await call("POST", "/drafts/{id}/publication", reason === ""
    ? {id: view.id, revision: view.revision, undo: true}
    : {id: view.id, revision: view.revision, undo: true, override: reason});
  invalidate("today", "drafts", "deliveries", "announcements");
  const slug = sent[0]?.slug ?? view.announcement;
  go(`/app/announcement/${encodeURIComponent(slug)}`);
}

// Names the channels and the moment, so that nothing goes where nobody meant it to.
function PublishDialog({composer, close}: {composer: Composer; close: () => void}) {
  const act = useAct();
  const when = parse_when(composer.field("at").value);
  const words = when ? in_words(when) : [];
  return (
    <Dialog title={words.length > 0 ? t("publish.later") : t("publish.now")} close={close}>
      <p>{t("publish.to")}</p>
      <ul class="targets">
        {composer.chosen.value.map((one) => (
          <li key={one.name}><strong>{one.name}</strong> <span class="hint">{one.platform}
            {one.url !== "" && ` · ${one.url}`}</span></li>))}
      </ul>
      {words.length > 0 && (
        <dl class="zones">
          {words.map(([zone, text]) => <div key={zone}><dt>{zone}</dt><dd>{text}</dd></div>)}
        </dl>)}
      {words.length === 0 && <p class="hint">{t("publish.undo")}</p>}
      <Problem error={act.error} />
      <p class="acts">
        <button type="button" class="first" disabled={act.busy} onClick={async () => {
          if (await act.run(() => publish(composer, ""))) close();
        }}>{words.length > 0 ? t("publish.later_go") : t("publish.now_go")}</button>
        <button type="button" onClick={close}>{t("cancel")}</button>
      </p>
    </Dialog>
  );
}

function RemoveDialog({composer, close}: {composer: Composer; close: () => void}) {
  const act = useAct();
  const remove = async () => {
    await call("DELETE", "/drafts/{id}", {id: composer.id.peek()});
    invalidate("drafts", "today");
    close();
    go("/app/drafts");
  };
  return (
    <Dialog title={t("remove.title")} close={close}>
      <p>{t("remove.text")}</p>
      <Problem error={act.error} />
      <p class="acts">
        <button type="button" class="danger" disabled={act.busy} onClick={() => act.run(remove)}>
          {t("remove.go")}</button>
        <button type="button" onClick={close}>{t("cancel")}</button>
      </p>
    </Dialog>
  );
}

const names_of = (composer: Composer) =>
  composer.chosen.value.map((one) => one.name).join(", ");

function Dialogs({composer, asked}: {composer: Composer; asked: Signal<Asked>}) {
  const close = () => asked.value = "";
  const view = composer.view.value;
  if (asked.value === "publish") return <PublishDialog composer={composer} close={close} />;
  if (asked.value === "remove") return <RemoveDialog composer={composer} close={close} />;
  if (asked.value === "return" && view)
    return <ReasonDialog title={t("return.title")} label={t("return.reason")} act={t("return.go")}
      close={close} done={async (reason) => {
        composer.take(await call("POST", "/drafts/{id}/returns",
          {id: view.id, reason, revision: view.revision}));
        invalidate("today", "drafts");
      }} />;
  if (asked.value === "override" && view)
    return <ReasonDialog title={t("override.title")} label={t("override.reason")}
      act={t("override.go")} danger close={close}
      text={`${sentence(view.missing)} ${t("override.text", {channels: names_of(composer)})}`}
      done={(reason) => publish(composer, reason)} />;
  return null;
}

const clock = once(() => new Intl.DateTimeFormat(locale, {timeStyle: "short"}));

function Saved({composer}: {composer: Composer}) {
  const state = composer.state.value;
  const at = composer.saved_at.value;
  const words = state === "saving" ? t("draft.saving") : state === "kept" ? t("draft.kept")
    : state === "copied" ? t("draft.copied") : state === "lost" ? t("draft.lost")
    : at > 0 ? t("draft.saved_at", {time: clock().format(at)}) : "";
  const tone = state === "lost" ? "field-problem" : "note-text";
  return <span class={tone} role="status">{words}</span>;
}

interface Buttons {
  composer: Composer;
  asked: Signal<Asked>;
  run: (act: () => Promise<void>) => Promise<boolean>;
}

function ReviewButtons({composer, asked, run}: Buttons) {
  const view = composer.view.value;
  if (!view || !view.may.review || composer.dirty.value) return null;
  if (view.state !== "asked" && !view.override_open) return null;
  return (
    <>
      <button type="button" class="first" onClick={() => run(async () => {
        composer.take(await call("POST", "/drafts/{id}/approvals",
          {id: view.id, revision: view.revision}));
        invalidate("today", "drafts");
        note(t("draft.approved", {n: view.revision}));
      })}>{t("approve_n", {n: view.revision})}</button>
      <button type="button" onClick={() => asked.value = "return"}>{t("return")}</button>
    </>
  );
}

function PublishButtons({composer, asked}: Buttons) {
  const view = composer.view.value;
  if (!view || !view.may.publish || !may("editor") || composer.dirty.value ||
      view.state === "published") return null;
  const later = parse_when(composer.field("at").value) !== undefined;
  const blocked = obstacle(composer);
  if (!view.cleared) return null;
  return (
    <button type="button" class="first" aria-disabled={blocked !== "" ? true : undefined}
            onClick={() => blocked === "" ? asked.value = "publish" : to_first_problem(composer)}>
      {later ? t("publish.later_open") : t("publish.now_open")}</button>
  );
}

function OverrideButton({composer, asked}: Pick<Buttons, "composer" | "asked">) {
  const view = composer.view.value;
  if (!view || view.cleared || !view.may.publish || composer.dirty.value ||
      view.state === "published") return null;
  return <button type="button" class="quiet" onClick={() => asked.value = "override"}>
    {t("override.open")}</button>;
}

export function Acts({composer, error}: {composer: Composer; error: Signal<ApiError | undefined>}) {
  const asked = useSignal<Asked>("");
  const act = useAct();
  const view = composer.view.value;
  const writes = !view || view.may.change;
  const waits = view && !composer.dirty.value &&
    (view.state === "asked" || view.state === "cleared");
  const blocked = obstacle(composer);
  return (
    <div class="draft-acts" role="group" aria-label={t("acts")}>
      <Problem error={act.error ?? error.value} />
      <p class="acts">
        {writes && view?.state !== "published" && !waits && (
          <button type="button" class="first" aria-disabled={blocked !== "" ? true : undefined}
                  onClick={() => act.run(() => ask(composer))}>{t("draft.ask")}</button>)}
        <ReviewButtons composer={composer} asked={asked} run={act.run} />
        <PublishButtons composer={composer} asked={asked} run={act.run} />
        {writes && (
          <button type="button"
                  disabled={!composer.dirty.value || composer.state.value === "saving"}
                  onClick={() => act.run(async () => void await save(composer))}>
            {t("draft.save")}</button>)}
        {view && writes && view.state !== "published" &&
          <button type="button" class="quiet" onClick={() => asked.value = "remove"}>
            {t("remove.open")}</button>}
        <OverrideButton composer={composer} asked={asked} />
        <Saved composer={composer} />
      </p>
      {blocked !== "" && !composer.unwritten.value &&
        <p class="field-problem">{blocked}</p>}
      <Dialogs composer={composer} asked={asked} />
    </div>
  );
}
