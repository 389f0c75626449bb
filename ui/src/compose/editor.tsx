import {useComputed} from "@preact/signals";
import {useEffect, useId, useRef} from "preact/hooks";
import {announce} from "../live";
import {number_words, t, tn} from "../words";
import type {Composer} from "./composer";
import {is_forked, source_of, type Channel} from "./content";
import {length_of, type Length} from "./lengths";
import {upload} from "./upload";

// What a tab says of its channel, in few characters.
function short_state(length: Length): string {
  if (length.shortened) return t("meter.shortened");
  if (length.parts > 1) return tn("meter.parts", length.parts);
  if (length.limit === 0) return "";
  return number_words(length.left);
}

const is_over = (length: Length) => length.limit > 0 && length.left < 0 && !length.shortened;

function Tab({composer, channel, panel}:
    {composer: Composer; channel: Channel; panel: string}) {
  const length = useComputed(() => length_of(composer.content.value, channel,
    composer.measured.value.get(channel.name)));
  const said = useComputed(() => short_state(length.value)).value;
  const over = useComputed(() => is_over(length.value)).value;
  const forked = useComputed(() => is_forked(composer.field("texts").value, channel)).value;
  const blocked = composer.measured.value.get(channel.name)?.shown.blocked === true;
  const selected = composer.tab.value === channel.name;
  return (
    <button type="button" role="tab" id={`${panel}-${channel.name}`} aria-selected={selected}
            aria-controls={panel} tabIndex={selected ? 0 : -1}
            class={over || blocked ? "tab bad" : "tab"}
            onClick={() => composer.tab.value = channel.name}>
      <span>{channel.name}{forked && (
        <span class="forked" title={t("fork.own")}> *
          <span class="hidden">{t("fork.own")}</span></span>)}
      </span>
      <span class="tab-state number">{said}{(over || blocked) &&
        <span class="hidden"> {over ? t("meter.over") : t("meter.blocked")}</span>}</span>
    </button>
  );
}

// Arrows go through the tabs, as a tab list is used with a keyboard.
function move_tab(composer: Composer, event: KeyboardEvent): void {
  const names = ["", ...composer.chosen.peek().map((one) => one.name)];
  const rtl = document.documentElement.dir === "rtl";
  const step = {ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1}[event.key];
  const at = names.indexOf(composer.tab.peek());
  const next = event.key === "Home" ? 0 : event.key === "End" ? names.length - 1
    : step === undefined ? -1 : (at + step + names.length) % names.length;
  if (next < 0) return;
  event.preventDefault();
  composer.tab.value = names[next] ?? "";
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[role=tab][aria-selected=true]")
    ?.focus());
}

function Meter({length, id}: {length: Length | undefined; id: string}) {
  if (!length) return <p class="meter" id={id}>{t("meter.shared")}</p>;
  if (length.shortened)
    return (
      <p class="meter attention" id={id}>
        {t("meter.shortened_long", {limit: length.limit})}</p>
    );
  if (length.parts > 1)
    return <p class="meter number" id={id}>{tn("meter.parts_long", length.parts)}</p>;
  if (length.limit === 0)
    return <p class="meter number" id={id}>{tn("meter.free", length.length)}</p>;
  return (
    <p class={length.left < 0 ? "meter bad number" : "meter number"} id={id}>
      <progress max={length.limit} value={Math.min(length.length, length.limit)}
                aria-hidden="true" />
      {length.left < 0 ? tn("meter.over_by", -length.left, {limit: length.limit})
        : tn("meter.left", length.left, {limit: length.limit})}
    </p>
  );
}

// The text once more behind the field, to colour what no longer fits.
function Layer({text, over, element}:
    {text: string; over: number; element: {current: HTMLDivElement | null}}) {
  return (
    <div class="layer" aria-hidden="true" ref={element}>
      {over < 0 ? null : <>{text.slice(0, over)}<mark>{text.slice(over)}</mark>{"\n"}</>}
    </div>
  );
}

// Says once that a text became too long, or fits again; not at every key.
function useSpokenLimit(length: Length | undefined, name: string): void {
  const over = length !== undefined && is_over(length);
  const before = useRef({name, over});
  useEffect(() => {
    if (before.current.name === name && before.current.over !== over)
      announce(over ? t("meter.now_over") : t("meter.fits_again"));
    before.current = {name, over};
  }, [over, name]);
}

// A new post of a thread begins where the cursor stands (Ctrl+Shift+Enter).
function break_thread(composer: Composer, field: HTMLTextAreaElement): void {
  const before = field.value.slice(0, field.selectionStart).replace(/\n*$/, "\n---\n");
  // At once, and not when it is drawn anew: who types on would be a key ahead of the cursor.
  field.value = before + field.value.slice(field.selectionEnd).replace(/^\n+/, "");
  field.setSelectionRange(before.length, before.length);
  composer.type(field.value);
}

function pasted_pictures(event: ClipboardEvent): File[] {
  return [...event.clipboardData?.files ?? []].filter((one) => one.type.startsWith("image/"));
}

function Text({composer, channel, panel}:
    {composer: Composer; channel: Channel | undefined; panel: string}) {
  const field = useRef<HTMLTextAreaElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const content = composer.content.value;
  const text = channel ? source_of(content, channel) : content.body;
  const length = channel &&
      length_of(content, channel, composer.measured.value.get(channel.name));
  useSpokenLimit(length, channel?.name ?? "");
  const follow = () => {
    if (layer.current && field.current) layer.current.scrollTop = field.current.scrollTop;
  };
  useEffect(follow, [text]);
  return (
    <div role="tabpanel" id={panel} class="text-panel"
         aria-labelledby={`${panel}-${channel?.name ?? "all"}`}>
      <div class="written">
        <Layer text={text} over={length?.over ?? -1} element={layer} />
        <textarea ref={field} rows={12} value={text} dir="auto" spellcheck
                  lang={content.language || undefined}
                  aria-label={channel ? t("text.of", {channel: channel.name}) : t("text.shared")}
                  aria-describedby={`${panel}-meter`}
                  onInput={(event) => composer.type(event.currentTarget.value)} onScroll={follow}
                  onKeyDown={(event) => {
                    const control = event.ctrlKey || event.metaKey;
                    if (event.key !== "Enter" || !event.shiftKey || !control) return;
                    event.preventDefault();
                    event.stopPropagation();
                    break_thread(composer, event.currentTarget);
                  }}
                  onPaste={(event) => {
                    const files = pasted_pictures(event);
                    if (files.length === 0) return;
                    event.preventDefault();
                    void upload(composer, files);
                  }} />
      </div>
      <Meter length={length} id={`${panel}-meter`} />
      {channel && is_forked(content.texts, channel) && (
        <p class="acts">
          <button type="button" onClick={() => {
            composer.unfork(channel.name);
            field.current?.focus();
          }}>{t("fork.drop")}</button>
          <span class="note-text">{t("fork.hint")}</span>
        </p>)}
    </div>
  );
}

export function Editor({composer}: {composer: Composer}) {
  const panel = useId();
  const channels = composer.chosen.value;
  const tab = composer.tab.value;
  const channel = channels.find((one) => one.name === tab);
  return (
    <section class="editor" aria-label={t("text.section")}>
      <div role="tablist" aria-label={t("text.tabs")} class="tabs"
           onKeyDown={(event) => move_tab(composer, event)}>
        <button type="button" role="tab" id={`${panel}-all`} class="tab" aria-selected={!channel}
                aria-controls={panel} tabIndex={channel ? -1 : 0}
                onClick={() => composer.tab.value = ""}>
          <span>{t("text.all")}</span><span class="tab-state" />
        </button>
        {channels.map((one) => (
          <Tab key={one.name} composer={composer} channel={one} panel={panel} />))}
      </div>
      <Text composer={composer} channel={channel} panel={panel} />
    </section>
  );
}

