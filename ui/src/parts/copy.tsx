import {useSignal} from "@preact/signals";
import {announce} from "../live";
import {t} from "../words";

// A text to take along whole, such as a link that is shown once.
export function Copyable({text, label}: {text: string; label: string}) {
  const copied = useSignal(false);
  return (
    <div class="copyable">
      <input type="text" readOnly value={text} aria-label={label} dir="ltr"
             onFocus={(event) => event.currentTarget.select()} />
      <button type="button" onClick={async () => {
        await navigator.clipboard.writeText(text);
        copied.value = true;
        announce(t("copied"));
      }}>{copied.value ? t("copied") : t("copy")}</button>
    </div>
  );
}
