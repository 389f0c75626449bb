import {session} from "../api";
import {help_open} from "../keys";
import {Dialog} from "../parts/dialog";
import {Icon} from "../parts/icon";
import {choose_theme, theme, type Theme} from "../prefs";
import type {Route} from "../routes";
import {t, type Key} from "../words";

const themes: Array<[Theme, Key]> = [
  ["system", "theme.system"], ["light", "theme.light"], ["dark", "theme.dark"]];

// Who one is here, how it looks, and on a phone the screens that the bar has no room for.
export function Menu({others, close}: {others: Route[]; close: () => void}) {
  const who = session.value;
  return (
    <Dialog title={who?.name ?? t("nav.more")} close={close}>
      <nav class="menu-screens" aria-label={t("nav.all")}>
        <ul>
          {others.map((one) => (
            <li key={one.path}><a href={one.path} onClick={close}>
              {one.nav && <Icon name={one.nav.icon} />}{t(one.title)}</a></li>))}
        </ul>
      </nav>
      <fieldset class="choices">
        <legend>{t("theme")}</legend>
        {themes.map(([value, label]) => (
          <label key={value}>
            <input type="radio" name="theme" value={value} checked={theme.value === value}
                   onChange={() => choose_theme(value)} /> {t(label)}
          </label>))}
      </fieldset>
      <ul class="menu-links">
        <li><button type="button" class="link" onClick={() => {
          close();
          help_open.value = true;
        }}>{t("keys.title")}</button></li>
        <li><a href="/account">{t("account")}</a></li>
        <li><a href="/desk">{t("without_script")}</a></li>
        <li><a href="/">{t("public_site")}</a></li>
      </ul>
      <form method="post" action="/sign-out">
        <input type="hidden" name="csrf" value={who?.csrf ?? ""} />
        <button type="submit">{t("sign_out")}</button>
      </form>
    </Dialog>
  );
}
