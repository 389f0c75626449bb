import {Icon} from "../parts/icon";
import {list_of, t} from "../words";
import type {Item} from "./items";
import type {Mover} from "./move";

// An announcement or a draft on its day: the time, the title, the state.
export function Chip({item, mover, roomy, held, how}: {
  item: Item; mover: Mover; roomy: boolean; held: boolean; how: string | undefined;
}) {
  const {look} = item;
  return (
    <a class={`chip ${look.tone}${item.draft ? " hollow" : ""}${held ? " held" : ""}`} href={item.href}
       data-item={item.id} draggable={item.movable}
       aria-keyshortcuts={item.movable ? "M" : undefined}
       aria-describedby={item.movable ? how : undefined}
       onKeyDown={(event) => {
         if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
         event.preventDefault();
         mover.lift(item, "keys");
       }}
       onDragStart={(event) => {
         event.dataTransfer?.setData("text/plain", item.title);
         mover.lift(item, "mouse");
       }}
       onDragEnd={mover.cancel}>
      <span class="chip-text">{item.due !== "" && <time dateTime={item.due}>{item.time}</time>}{" "}
        <span class="chip-title" dir="auto">{item.title}</span></span>{" "}
      <span class="chip-state"><Icon name={look.icon} />{item.draft && look.word !== "state.writing"
        ? t("calendar.draft_state", {state: t(look.word)}) : t(look.word)}</span>
      {roomy && item.channels.length > 0 &&
        <span class="chip-channels">{list_of(item.channels)}</span>}
    </a>
  );
}
