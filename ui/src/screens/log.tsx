import {useSignal} from "@preact/signals";
import {useEffect} from "preact/hooks";
import {call, type Reply} from "../api";
import {Copyable} from "../parts/copy";
import {Field, TextField} from "../parts/field";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Section} from "../parts/section";
import {Moment} from "../parts/time";
import {once} from "../once";
import {useAct} from "../resource";
import {go, place} from "../router";
import {locale, t, type Key} from "../words";

type Page = Reply<"GET", "/events">;
type Verification = Reply<"GET", "/record-verification">;

const kinds: Array<[string, Key]> = [["", "log.about_all"], ["draft", "log.about_draft"],
  ["announcement", "log.about_announcement"], ["delivery", "log.about_delivery"],
  ["channel", "log.about_channel"], ["secret", "log.about_secret"], ["person", "log.about_person"],
  ["session", "log.about_session"]];

const count = once(() => new Intl.NumberFormat(locale));

function Chain() {
  const asking = useAct();
  const found = useSignal<Verification | undefined>(undefined);
  const said = found.value;
  return (
    <Section title={t("log.check")} acts={
      <button type="button" disabled={asking.busy} onClick={() => void asking.run(async () => {
        found.value = await call("GET", "/record-verification", {});
      })}>{t(asking.busy ? "log.checking" : "log.check")}</button>}>
      <p class="note-text">{t("log.more")}</p>
      <Problem error={asking.error} />
      {said && (
        <div role="status">
          {said.whole
            ? <p><span class="pill ok"><Icon name="check" /></span>{" "}
                {t("log.whole", {events: count().format(said.events)})}</p>
            : <p class="field-problem"><strong>{t("log.broken")}</strong> {said.broken}</p>}
          {said.whole && <Copyable text={said.head} label={t("log.head")} />}
          {said.whole && <p class="note-text">{t("log.head_more")}</p>}
        </div>)}
    </Section>
  );
}

function Filter({kind, person}: {kind: string; person: string}) {
  const name = useSignal(person);
  const show = (next: {kind: string; person: string}) => {
    const query = new URLSearchParams(Object.entries(next).filter(([, value]) => value !== ""));
    go(`/app/log${query.size > 0 ? `?${query}` : ""}`);
  };
  return (
    <form class="log-filter" onSubmit={(event) => {
      event.preventDefault();
      show({kind, person: name.value.trim()});
    }}>
      <Field label={t("log.about")}>
        {({id, described}) => (
          <select id={id} aria-describedby={described} value={kind}
                  onChange={(event) => show({kind: event.currentTarget.value, person: name.value.trim()})}>
            {kinds.map(([one, word]) => <option key={one} value={one}>{t(word)}</option>)}
          </select>)}
      </Field>
      <TextField label={t("log.person")} hint={t("log.person_more")} value={name.value}
                 change={(next) => name.value = next} />
      <button type="submit">{t("log.show")}</button>
    </form>
  );
}

// What was asked for last counts: an answer that comes after another question is dropped.
function Events({kind, person}: {kind: string; person: string}) {
  const asking = useAct();
  const pages = useSignal<Page[]>([]);
  const more = async (before: number) => {
    const page = await call("GET", "/events", {...(kind === "" ? {} : {kind}),
      ...(person === "" ? {} : {person}), ...(before === 0 ? {} : {before})});
    pages.value = [...pages.peek(), page];
  };
  useEffect(() => {
    void asking.run(() => more(0));
  }, []);
  const all = pages.value.flatMap((one) => one.events);
  const next = pages.value.at(-1)?.next ?? 0;
  return (
    <>
      <Problem error={asking.error} />
      {pages.value.length === 0 && !asking.error && <Skeleton />}
      {pages.value.length > 0 && all.length === 0 && (
        <div class="empty"><p><strong>{t("log.none")}</strong></p></div>)}
      <ol class="lines">
        {all.map((one) => (
          <li key={one.number}>
            <div><p dir="auto">{one.said}.</p>
              <p class="faint"><Moment iso={one.at} />{one.via !== "" && ` · ${one.via}`}
                {` · ${one.number}`}</p></div>
            {one.override && <span class="pill attention"><Icon name="warning" />{t("log.override")}</span>}
          </li>))}
      </ol>
      {next > 0 && <p class="acts">
        <button type="button" disabled={asking.busy}
                onClick={() => void asking.run(() => more(next))}>{t("log.earlier")}</button></p>}
    </>
  );
}

export default function Log() {
  const query = new URLSearchParams(place.value.query);
  const kind = query.get("kind") ?? "";
  const person = query.get("person") ?? "";
  const key = `${kind} ${person}`;
  return (
    <>
      <header class="screen-head"><h1 tabIndex={-1}>{t("nav.log")}</h1></header>
      <div class="narrow">
        <Filter key={`filter ${key}`} kind={kind} person={person} />
        <Events key={key} kind={kind} person={person} />
        <Chain />
      </div>
    </>
  );
}
