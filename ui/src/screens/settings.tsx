import {signal} from "@preact/signals";
import {call, may, session, type Reply} from "../api";
import {HealthPill} from "../channels/health";
import {Problem} from "../parts/problem";
import {Said} from "../parts/said";
import {Facts, Section} from "../parts/section";
import {choose_letters, choose_theme, letters, theme, type Theme} from "../prefs";
import {useAct} from "../resource";
import {t, tn, type Key} from "../words";

type Diagnosis = Reply<"GET", "/doctor">[number];

const themes: Array<[Theme, Key]> = [
  ["system", "theme.system"], ["light", "theme.light"], ["dark", "theme.dark"]];
// English, and two made-up languages by which layouts are tried.
const languages: Array<[string, Key]> = [
  ["en", "language.en"], ["en-XA", "language.longer"], ["ar-XB", "language.right_to_left"]];

const order: Record<Diagnosis["health"], number> = {bad: 0, warning: 1, good: 2};

// The last examination since this page was opened. It asks the servers of all channels, so it is made
// when somebody wants it, and not by itself.
const examined = signal<Diagnosis[] | undefined>(undefined);

function Doctor() {
  const looking = useAct();
  const all = examined.value;
  const sorted = [...all ?? []].sort((a, b) => order[a.health] - order[b.health]);
  const wrong = sorted.filter((one) => one.health !== "good");
  const good = sorted.filter((one) => one.health === "good");
  const line = (one: Diagnosis) => (
    <li key={`${one.part} ${one.message}`} class="diagnosis">
      <HealthPill health={one.health} />
      <div><p><strong>{one.part}</strong>: <Said text={one.message} /></p>
        {one.hint !== "" && <p class="note-text"><Said text={one.hint} /></p>}</div>
    </li>);
  return (
    <Section title={t("settings.doctor")} acts={
      <button type="button" disabled={looking.busy} onClick={() => void looking.run(async () => {
        examined.value = await call("GET", "/doctor", {});
      })}>{t(looking.busy ? "settings.looking" : "settings.look")}</button>}>
      <p class="note-text">{t("settings.doctor_more")}</p>
      <Problem error={looking.error} />
      {all && <p role="status">{wrong.length === 0 ? t("settings.all_good") : tn("settings.wrong", wrong.length)}</p>}
      <ul class="lines">{wrong.map(line)}</ul>
      {good.length > 0 && (
        <details>
          <summary>{tn("settings.good", good.length)}</summary>
          <ul class="lines">{good.map(line)}</ul>
        </details>)}
    </Section>
  );
}

function choose_language(next: string): void {
  localStorage.setItem("carillon.lang", next);
  location.reload();
}

export default function Settings() {
  const who = session.value;
  const language = document.documentElement.lang;
  return (
    <>
      <header class="screen-head"><h1 tabIndex={-1}>{t("nav.settings")}</h1></header>
      <div class="sections narrow">
        <Section title={t("settings.browser")}>
          <fieldset class="choices">
            <legend>{t("theme")}</legend>
            {themes.map(([value, label]) => (
              <label key={value}>
                <input type="radio" name="settings-theme" value={value} checked={theme.value === value}
                       onChange={() => choose_theme(value)} /> {t(label)}
              </label>))}
          </fieldset>
          <fieldset class="choices">
            <legend>{t("language")}</legend>
            {languages.map(([value, label]) => (
              <label key={value}>
                <input type="radio" name="settings-language" value={value} checked={language === value}
                       onChange={() => choose_language(value)} /> {t(label)}
              </label>))}
          </fieldset>
          <label class="check">
            <input type="checkbox" checked={letters.value}
                   onChange={(event) => choose_letters(event.currentTarget.checked)} /> {t("keys.letters")}
          </label>
        </Section>
        <Section title={t("settings.organisation")}>
          <Facts all={[
            [t("settings.name"), who?.organisation ?? ""],
            [t("settings.zone"), who?.time_zone ?? ""],
            [t("settings.language"), who?.language ?? ""],
            [t("settings.rehearsal"), who?.rehearsal ? t("settings.rehearsal_on") : ""],
          ]} />
          <p class="hint">{t("settings.in_file")} <code>carillon.yaml</code></p>
        </Section>
        <Section title={t("access.title")}>
          <p>{t("settings.access")} <a href="/app/access">{t("access.title")}</a></p>
        </Section>
        {may("admin") && <Doctor />}
      </div>
    </>
  );
}
