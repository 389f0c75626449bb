import {useSignal} from "@preact/signals";
import {call, may, type Reply} from "../api";
import {note} from "../live";
import {ConfirmDialog, FormDialog} from "../parts/confirm";
import {Field, TextField} from "../parts/field";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Said} from "../parts/said";
import {Facts} from "../parts/section";
import {on_day} from "../parts/time";
import {invalidate, useResource} from "../resource";
import {sentence, t, tn} from "../words";

type Entry = Reply<"GET", "/register">[number];

// Fewer who can get in are worth a mark, as the register itself says.
const wanted = 3;

type Asked = {what: "proof" | "remove"; person: string} | {what: "custodian" | "dependent"} |
  {what: "moved"; dependent: string};

const today = () => new Date().toISOString().slice(0, 10);

function Dialogs({entry, asked, close}: {entry: Entry; asked: Asked; close: () => void}) {
  const text = useSignal("");
  const day = useSignal(today());
  const name = entry.channel;
  const after = () => {
    invalidate("register");
    note(t("custody.noted"));
  };
  if (asked.what === "remove") {
    return (
      <ConfirmDialog title={t("custody.remove_title", {person: asked.person})} danger
        act={t("custody.remove")} close={close} done={async () => {
          await call("POST", "/register/{name}/custodians", {name, person: asked.person, remove: true});
          after();
        }}><p>{t("custody.remove_more", {name})}</p></ConfirmDialog>
    );
  }
  if (asked.what === "proof") {
    return (
      <FormDialog title={t("custody.proof_title", {person: asked.person})} act={t("custody.note")}
        close={close} done={async () => {
          await call("POST", "/register/{name}/proofs", {name, person: asked.person,
            proof: text.value, on: day.value});
          after();
        }}>
        <TextField label={t("custody.proof")} hint={t("custody.proof_more")} value={text.value}
                   required change={(next) => text.value = next} />
        <Field label={t("custody.day")}>{({id}) => (
          <input id={id} type="date" required max={today()} value={day.value}
                 onInput={(event) => day.value = event.currentTarget.value} />)}</Field>
      </FormDialog>
    );
  }
  if (asked.what === "moved") {
    return (
      <FormDialog title={t("custody.moved_title", {what: asked.dependent})} act={t("custody.note")}
        close={close} done={async () => {
          await call("POST", "/register/{name}/dependents", {name, what: asked.dependent,
            moved: text.value});
          after();
        }}>
        <TextField label={t("custody.moved")} value={text.value} required
                   change={(next) => text.value = next} />
      </FormDialog>
    );
  }
  const custodian = asked.what === "custodian";
  return (
    <FormDialog title={t(custodian ? "custody.add" : "custody.add_dependent")} act={t("custody.note")}
      close={close} done={async () => {
        if (custodian)
          await call("POST", "/register/{name}/custodians", {name, person: text.value});
        else await call("POST", "/register/{name}/dependents", {name, what: text.value});
        after();
      }}>
      <TextField label={t(custodian ? "custody.person" : "custody.what")} value={text.value} required
                 hint={t(custodian ? "custody.person_more" : "custody.what_more")}
                 change={(next) => text.value = next} />
    </FormDialog>
  );
}

function Custodians({entry, ask}: {entry: Entry; ask: (asked: Asked) => void}) {
  return (
    <ul class="lines">
      {entry.custodians.map((one) => (
        <li key={one.person}>
          <div><strong dir="auto">{one.person}</strong>
            <p class={one.proven === "" ? "needs" : "faint"}>{one.proven === ""
              ? t("custody.never") : t("custody.proven", {day: on_day(one.proven), proof: one.proof})}</p></div>
          <p class="acts">
            <button type="button" onClick={() => ask({what: "proof", person: one.person})}
                    aria-label={t("custody.proof_title", {person: one.person})}>
              {t("custody.logged_in")}</button>
            {may("admin") && (
              <button type="button" class="quiet" onClick={() => ask({what: "remove", person: one.person})}
                      aria-label={t("custody.remove_title", {person: one.person})}>
                {t("custody.remove")}</button>)}
          </p>
        </li>))}
    </ul>
  );
}

function Dependents({entry, ask}: {entry: Entry; ask: (asked: Asked) => void}) {
  return (
    <ul class="lines">
      {entry.dependents.map((one) => (
        <li key={one.what} class={one.moved === "" ? undefined : "settled"}>
          <div><strong dir="auto">{one.what}</strong>
            {one.moved !== "" && <p class="faint"><Icon name="check" />{" "}
              {t("custody.moved_on", {day: on_day(one.moved), proof: one.proof})}</p>}</div>
          {one.moved === "" && (
            <button type="button" onClick={() => ask({what: "moved", dependent: one.what})}
                    aria-label={t("custody.moved_title", {what: one.what})}>
              {t("custody.no_longer")}</button>)}
        </li>))}
    </ul>
  );
}

// Who can get into the account, what hangs on it, and when somebody must log in.
export function Custody({channel}: {channel: string}) {
  const found = useResource(`register/${channel}`, () => call("GET", "/register", {name: [channel]}));
  const asked = useSignal<Asked | undefined>(undefined);
  const entry = found.value.value?.[0];
  if (!entry) {
    return found.error.value
      ? <Problem error={found.error.value} retry={() => void found.refresh()} /> : <Skeleton lines={3} />;
  }
  const ask = (next: Asked) => asked.value = next;
  return (
    <>
      {entry.warnings.length > 0 && (
        <ul class="warnings">{entry.warnings.map((one) => (
          <li key={one}><Icon name="warning" /><Said text={one} /></li>))}</ul>)}
      <h3 class="with-pill">{t("custody.custodians")}{" "}
        <span class={entry.custodians.length < wanted ? "pill attention" : "pill ok"}>
          <Icon name={entry.custodians.length < wanted ? "warning" : "check"} />
          {tn("custody.count", entry.custodians.length)}</span></h3>
      <Custodians entry={entry} ask={ask} />
      {may("admin") && <p class="acts"><button type="button" onClick={() => ask({what: "custodian"})}>
        <Icon name="plus" />{t("custody.add")}</button></p>}
      <h3>{t("custody.dependents")}</h3>
      {entry.dependents.length === 0 && <p class="note-text">{t("custody.no_dependents")}</p>}
      <Dependents entry={entry} ask={ask} />
      <p class="acts"><button type="button" onClick={() => ask({what: "dependent"})}>
        <Icon name="plus" />{t("custody.add_dependent")}</button></p>
      <Facts all={[
        [t("custody.next"), entry.next_log_in && on_day(entry.next_log_in)],
        [t("custody.rule"), entry.rule !== "" && <>{sentence(entry.rule)}{" "}
          {entry.rule_from !== "" && <a href={entry.rule_from} rel="noreferrer">{t("custody.source")}</a>}</>],
      ]} />
      {asked.value && <Dialogs entry={entry} asked={asked.value} close={() => asked.value = undefined} />}
    </>
  );
}
