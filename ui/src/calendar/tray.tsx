// Drafts without a time, to be put on a day: by mouse, by keys, or by a date.
import {useSignal} from "@preact/signals";
import {t, tn} from "../words";
import {MoveDialog} from "./agenda";
import {Chip} from "./chip";
import type {Item} from "./items";
import type {Mover} from "./move";

const shown_at_once = 8;

export function Tray({drafts, zone, mover, how}: {
  drafts: Item[]; zone: string; mover: Mover; how: string | undefined;
}) {
  const shown = useSignal(shown_at_once);
  const dating = useSignal<Item | undefined>(undefined);
  const placed = mover.placed.value;
  const waiting = drafts.filter((one) => (placed[one.id]?.item.day ?? "") === "");
  if (waiting.length === 0) return null;
  const left = waiting.length - shown.value;
  return (
    <section class="tray" aria-labelledby="calendar-tray">
      <h2 id="calendar-tray">{t("calendar.tray")}</h2>
      <ul>
        {waiting.slice(0, shown.value).map((one) => (
          <li key={one.id}>
            <Chip item={one} mover={mover} roomy={false} how={how} held={mover.carried.value?.item.id === one.id} />
            {one.movable && <button type="button" onClick={() => dating.value = one}
              aria-label={t("calendar.date_title", {title: one.title})}>{t("calendar.date")}</button>}
          </li>))}
      </ul>
      {left > 0 && <button type="button" onClick={() => shown.value += 40}>
        {tn("calendar.more", left)}</button>}
      {dating.value && <MoveDialog item={dating.value} zone={zone} mover={mover}
                                   close={() => dating.value = undefined} />}
    </section>
  );
}
