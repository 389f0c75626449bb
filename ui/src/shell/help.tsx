import {may} from "../api";
import {Dialog} from "../parts/dialog";
import {choose_letters, letters} from "../prefs";
import {routes} from "../routes";
import {t} from "../words";

export function Help({close}: {close: () => void}) {
  const ways = routes.filter((one) => one.nav && may(one.needs));
  return (
    <Dialog title={t("keys.title")} close={close}>
      <dl class="keys">
        <div><dt><kbd>?</kbd></dt><dd>{t("keys.help")}</dd></div>
        {may("author") && <div><dt><kbd>c</kbd></dt><dd>{t("keys.compose")}</dd></div>}
        {ways.map((one) => (
          <div key={one.path}>
            <dt><kbd>g</kbd> <kbd>{one.nav?.letter}</kbd></dt><dd>{t(one.title)}</dd>
          </div>))}
        <div><dt><kbd>Ctrl</kbd> <kbd>S</kbd></dt><dd>{t("keys.save")}</dd></div>
        <div><dt><kbd>Ctrl</kbd> <kbd>Enter</kbd></dt><dd>{t("keys.ask")}</dd></div>
        <div><dt><kbd>Ctrl</kbd> <kbd>Shift</kbd> <kbd>Enter</kbd></dt>
          <dd>{t("keys.break")}</dd></div>
        <div><dt><kbd>Alt</kbd> <kbd>1</kbd>…<kbd>9</kbd></dt><dd>{t("keys.tab")}</dd></div>
      </dl>
      <p><label class="check">
        <input type="checkbox" checked={letters.value}
               onChange={(event) => choose_letters(event.currentTarget.checked)} />{" "}
        {t("keys.letters")}
      </label></p>
    </Dialog>
  );
}
