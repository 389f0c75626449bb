// What a search for links found, by what is to be done.
import {useSignal} from "@preact/signals";
import type {Reply} from "../api";
import {Field, TextField} from "../parts/field";
import {Section} from "../parts/section";
import {list_of, sentence, t, tn, type Key} from "../words";

type Found = Reply<"POST", "/retirements/{channel}/links">;
type Finding = Found["findings"][number];

const actions: Array<[Finding["action"], Key, Key]> = [
  ["delist", "links.delist", "links.delist_more"], ["review", "links.review", "links.review_more"],
  ["leave", "links.leave", "links.leave_more"]];

// Lines of a group that are drawn at once, and with each press.
const shown_at_once = 50;

const form_word = (form: Finding["form"]) => t(`form.${form}` as Key);

function Group({all, title, about}: {all: Finding[]; title: string; about: string}) {
  const shown = useSignal(shown_at_once);
  const left = all.length - shown.value;
  return (
    <Section title={`${title} (${all.length})`}>
      <p class="hint">{about}</p>
      <ul class="lines findings">
        {all.slice(0, shown.value).map((one, i) => (
          <li key={i}>
            <div><code dir="ltr">{one.path}:{one.line}</code>
              <p class="row-head"><span class="pill plain">{form_word(one.form)}</span>
                <span>{t(`where.${one.scope}` as Key)}</span>
                {one.handle !== "" && <span dir="auto">{one.handle}</span>}</p>
              {one.reason !== "" && <p>{sentence(one.reason)}</p>}</div>
          </li>))}
      </ul>
      {left > 0 && <button type="button" onClick={() => shown.value += 200}>
        {tn("calendar.more", left)}</button>}
    </Section>
  );
}

// What was not looked at: nobody shall think that there is nothing.
function Unknown({found}: {found: Found}) {
  return (
    <>
      {found.more > 0 && <p>{tn("links.more", found.more)}</p>}
      {found.unread.length > 0 && (
        <details>
          <summary>{tn("links.unread", found.unread.length)}</summary>
          <ul class="lines">{found.unread.map((one) => <li key={one}><code>{one}</code></li>)}</ul>
        </details>)}
      {found.left.map((one) => (
        <p key={one.why} class="note-text">{t("links.left", {n: one.count, why: one.why,
          example: one.example})}</p>))}
    </>
  );
}

export function Findings({found}: {found: Found}) {
  const words = useSignal("");
  const form = useSignal("");
  const forms = [...new Set(found.findings.map((one) => one.form))]
    .sort((a, b) => form_word(a).localeCompare(form_word(b)));
  const wanted = words.value.trim().toLowerCase();
  const chosen = found.findings.filter((one) => (form.value === "" || one.form === form.value) &&
    (wanted === "" || `${one.path} ${one.reason}`.toLowerCase().includes(wanted)));
  const read = [found.files > 0 ? tn("links.files", found.files) : "",
    found.pages > 0 ? tn("links.pages", found.pages) : ""].filter((one) => one !== "");
  return (
    <>
      <p role="status">{tn("links.found", found.findings.length)}{" "}
        {read.length > 0 && t("links.read", {what: list_of(read)})}</p>
      <Unknown found={found} />
      {found.findings.length > 0 && (
        <form class="archive-form" role="search" aria-label={t("links.filter")}
              onSubmit={(event) => event.preventDefault()}>
          <TextField label={t("links.words")} value={words.value}
                     change={(next) => words.value = next} />
          <Field label={t("links.form")}>
            {({id}) => (
              <select id={id} value={form.value}
                      onChange={(event) => form.value = event.currentTarget.value}>
                <option value="">{t("links.all_forms")}</option>
                {forms.map((one) => <option key={one} value={one}>{form_word(one)}</option>)}
              </select>)}
          </Field>
        </form>)}
      {actions.map(([action, title, about]) => {
        const all = chosen.filter((one) => one.action === action);
        return all.length > 0 &&
          <Group key={action} all={all} title={t(title)} about={t(about)} />;
      })}
      {found.findings.length > 0 && chosen.length === 0 && <p>{t("links.none_such")}</p>}
    </>
  );
}
