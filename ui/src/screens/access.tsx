import {useSignal} from "@preact/signals";
import {call, session, type Permission, type Reply} from "../api";
import {note} from "../live";
import {ConfirmDialog, FormDialog} from "../parts/confirm";
import {Copyable} from "../parts/copy";
import {Dialog} from "../parts/dialog";
import {Field, TextField} from "../parts/field";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Section} from "../parts/section";
import {Moment, on_day} from "../parts/time";
import {invalidate, useResource} from "../resource";
import {t, type Key} from "../words";

type Session = Reply<"GET", "/sessions">[number];
type Token = Reply<"GET", "/tokens">[number];
type Made = Reply<"POST", "/tokens">;

const scopes: Array<[Permission, Key]> = [["anyone", "scope.anyone"], ["author", "scope.author"],
  ["editor", "scope.editor"], ["admin", "scope.admin"]];
const word_of = (scope: Permission) => t(scopes.find(([one]) => one === scope)?.[1] ?? "scope.anyone");
const ranks = scopes.map(([one]) => one);
const own_scopes = () => scopes.filter(([one]) =>
  ranks.indexOf(one) <= ranks.indexOf(session.value?.permission ?? "anyone"));

function Sessions({mine}: {mine: string}) {
  const found = useResource("sessions", () => call("GET", "/sessions", {person: mine}));
  const ending = useSignal<Session | "others" | undefined>(undefined);
  const all = found.value.value;
  return (
    <Section title={t("access.sessions")} acts={all && all.length > 1 &&
      <button type="button" class="danger" onClick={() => ending.value = "others"}>
        {t("access.end_others")}</button>}>
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!all && !found.error.value && <Skeleton lines={3} />}
      <ul class="lines">
        {all?.map((one) => (
          <li key={one.id}>
            <div><strong>{one.browser || t("access.unknown_browser")}</strong>
              <p class="faint">{one.address} · {t("access.used")} <Moment iso={one.used} /></p></div>
            {one.current ? <span class="pill ok"><Icon name="check" />{t("access.this_one")}</span>
              : <button type="button" onClick={() => ending.value = one}>{t("access.end")}</button>}
          </li>))}
      </ul>
      {ending.value && (
        <ConfirmDialog danger title={t(ending.value === "others" ? "access.end_others" : "access.end_title")}
          act={t("access.end")} close={() => ending.value = undefined} done={async () => {
            const one = ending.value;
            await call("POST", "/session-ends", one === "others" ? {all: true} : {id: one?.id ?? ""});
            invalidate("sessions");
            note(t("access.ended"));
          }}><p>{t("access.end_more")}</p></ConfirmDialog>)}
    </Section>
  );
}

function NewToken({close, done}: {close: () => void; done: (made: Made) => void}) {
  const name = useSignal("");
  const scope = useSignal<Permission>("author");
  const ends = useSignal("");
  return (
    <FormDialog title={t("access.new_token")} act={t("access.make")} close={close} done={async () => {
      const made = await call("POST", "/tokens", {name: name.value.trim(), scope: scope.value,
        ...(ends.value === "" ? {} : {ends: ends.value})});
      invalidate("tokens");
      done(made);
    }}>
      <TextField label={t("access.token_name")} hint={t("access.token_name_more")} required
                 value={name.value} change={(next) => name.value = next} />
      <Field label={t("access.scope")} hint={t("access.scope_more")}>
        {({id, described}) => (
          <select id={id} aria-describedby={described} value={scope.value}
                  onChange={(event) => scope.value = event.currentTarget.value as Permission}>
            {own_scopes().map(([one, word]) => <option key={one} value={one}>{t(word)}</option>)}
          </select>)}
      </Field>
      <Field label={t("access.ends")} hint={t("access.ends_more")}>
        {({id, described}) => <input id={id} type="date" aria-describedby={described} value={ends.value}
          onInput={(event) => ends.value = event.currentTarget.value} />}
      </Field>
    </FormDialog>
  );
}

function Tokens({mine}: {mine: string}) {
  const found = useResource("tokens", () => call("GET", "/tokens", {person: mine}));
  const making = useSignal(false);
  const made = useSignal<Made | undefined>(undefined);
  const ending = useSignal<Token | undefined>(undefined);
  const all = found.value.value;
  return (
    <Section title={t("access.tokens")} acts={
      <button type="button" onClick={() => making.value = true}><Icon name="plus" />
        {t("access.new_token")}</button>}>
      <p class="note-text">{t("access.tokens_more")}</p>
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!all && !found.error.value && <Skeleton lines={3} />}
      {all?.length === 0 && <p class="faint">{t("access.no_tokens")}</p>}
      <ul class="lines">
        {all?.map((one) => (
          <li key={one.id}>
            <div><strong dir="auto">{one.name}</strong>
              <p class="faint">{one.calendar ? t("feed.scope") : word_of(one.scope)} · {one.ends === "" ? t("access.no_end")
                : t("access.ends_on", {day: on_day(one.ends)})} · {one.used === "" ? t("access.never_used")
                : <>{t("access.used")} <Moment iso={one.used} /></>}</p></div>
            <button type="button" onClick={() => ending.value = one}
                    aria-label={t("access.end_token", {name: one.name})}>{t("access.end")}</button>
          </li>))}
      </ul>
      {making.value && <NewToken close={() => making.value = false} done={(next) => made.value = next} />}
      {made.value && (
        <Dialog title={t("access.made", {name: made.value.name})} close={() => made.value = undefined}>
          <Copyable text={made.value.token} label={t("access.token")} />
          <p>{t("access.made_more")}</p>
        </Dialog>)}
      {ending.value && (
        <ConfirmDialog danger title={t("access.end_token", {name: ending.value.name})}
          act={t("access.end")} close={() => ending.value = undefined} done={async () => {
            await call("DELETE", "/tokens/{id}", {id: ending.value?.id ?? ""});
            invalidate("tokens");
            note(t("access.ended"));
          }}><p>{t("access.end_token_more")}</p></ConfirmDialog>)}
    </Section>
  );
}

// Where somebody is signed in, and by what programs speak for them.
export default function Access() {
  const mine = session.value?.name ?? "";
  return (
    <>
      <header class="screen-head"><h1 tabIndex={-1}>{t("access.title")}</h1></header>
      <div class="sections narrow">
        <Sessions mine={mine} />
        <Tokens mine={mine} />
        <p class="hint">{t("access.account")} <a href="/account">{t("account")}</a></p>
      </div>
    </>
  );
}
