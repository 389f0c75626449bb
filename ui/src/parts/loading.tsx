import {t} from "../words";

// Grey lines where text will stand; they appear only when it takes longer than a blink.
export function Skeleton({lines = 4}: {lines?: number}) {
  return (
    <div class="skeleton" role="status">
      <span class="hidden">{t("loading")}</span>
      {Array.from({length: lines}, (_, i) => <span class="line" key={i} />)}
    </div>
  );
}
