import {useComputed} from "@preact/signals";
import {Problem} from "../parts/problem";
import {Icon} from "../parts/icon";
import {sentence, t, tn} from "../words";
import type {Composer, Shown} from "./composer";
import {picture_address} from "./upload";

type Part = Shown["parts"][number];

// Ranges are of UTF-8 bytes, as the server counts them.
function marked(part: Part) {
  const bytes = new TextEncoder().encode(part.text);
  const text = (from: number, to: number) => new TextDecoder().decode(bytes.slice(from, to));
  const out = [];
  let at = 0;
  for (const one of part.facets) {
    if (one.begin < at) continue;
    out.push(text(at, one.begin), <span class="facet">{text(one.begin, one.end)}</span>);
    at = one.end;
  }
  out.push(text(at, bytes.length));
  return out;
}

// The card of the link, as readers of that channel will see it.
function Card({shown}: {shown: Shown}) {
  const {card} = shown;
  const picture = shown.media[card.picture];
  const source = picture ? picture_address(picture) : "";
  return (
    <div class="link-card">
      {source !== "" && <img src={source} alt="" />}
      <div>
        <p class="hint">{t("preview.card")}{" "}{t(card.sent ? "preview.card_sent" : "preview.card_own")}</p>
        {card.title !== "" && <p><strong dir="auto">{card.title}</strong></p>}
        {card.description !== "" && <p dir="auto">{card.description}</p>}
        <p class="faint">{card.url}</p>
        {card.foreign && <p class="hint">{t(card.sent ? "preview.card_picture" : "preview.card_foreign")}</p>}
      </div>
    </div>
  );
}

function ShownPart({part, shown, index}: {part: Part; shown: Shown; index: number}) {
  return (
    <li class="part">
      <p class="prose" dir="auto">{marked(part)}</p>
      {part.media.length > 0 && (
        <ul class="thumbs">
          {part.media.map((one) => {
            const picture = shown.media[one];
            const source = picture ? picture_address(picture) : "";
            return (
              <li key={one}>
                {picture && source !== "" ? <img src={source} alt={picture.alt} />
                  : <span><Icon name="image" /> {picture?.alt || picture?.file}</span>}
              </li>);
          })}
        </ul>)}
      {shown.card.url !== "" && shown.card.part === index && <Card shown={shown} />}
      <p class="part-length number">
        {shown.parts.length > 1 &&
          `${t("preview.part", {n: index + 1, all: shown.parts.length})} · `}
        {part.limit > 0 ? t("preview.length", {n: part.length, limit: part.limit})
          : tn("meter.free", part.length)}
      </p>
    </li>
  );
}

function ShownChannel({shown}: {shown: Shown}) {
  return (
    <article class="shown">
      <h3>{shown.channel}{shown.used === "own" && <span class="hint"> {t("fork.own")}</span>}
        {(shown.used === "summary" || shown.used === "shortest") &&
          <span class="hint"> {t("meter.shortened")}</span>}</h3>
      {shown.warning !== "" && (
        <p class="shown-warning" dir="auto"><Icon name="warning" /> {shown.warning}</p>)}
      <ol>
        {shown.parts.map((one, i) => <ShownPart key={i} part={one} shown={shown} index={i} />)}
      </ol>
      {shown.poll && (
        <ul class="shown-poll" aria-label={t("field.poll")}>
          {shown.poll.options.map((one) => <li key={one} dir="auto">{one}</li>)}
        </ul>)}
    </article>
  );
}

// What the same code will send, of the channel that is open, or of all.
export function Preview({composer}: {composer: Composer}) {
  const tab = composer.tab.value;
  const all = [...composer.measured.value.values()].map((one) => one.shown);
  const shown = all.filter((one) => tab === "" || one.channel === tab);
  const unwritten = useComputed(() => composer.unwritten.value &&
    Object.keys(composer.field("texts").value).length === 0).value;
  return (
    <section class="card preview" aria-label={t("preview")}>
      <h2>{t("preview")}</h2>
      <Problem error={composer.preview_error.value} />
      {unwritten ? <p class="note-text">{t("preview.empty")}</p>
        : shown.map((one) => <ShownChannel key={one.channel} shown={one} />)}
    </section>
  );
}

export interface Check {
  text: string;
  channels: string[];
  blocks: boolean;
}

// What the server has against the texts; what it says of several channels is said once.
export function checks_of(composer: Composer): Check[] {
  const found = new Map<string, Check>();
  if (composer.unwritten.value) return [];
  for (const {shown} of composer.measured.value.values()) {
    for (const text of shown.warnings) {
      const known = found.get(text);
      if (known) {
        known.channels.push(shown.channel);
        known.blocks ||= shown.blocked;
      } else {
        found.set(text, {text, channels: [shown.channel], blocks: shown.blocked});
      }
    }
  }
  return [...found.values()].sort((a, b) => Number(b.blocks) - Number(a.blocks));
}

export function Checks({composer}: {composer: Composer}) {
  const checks = checks_of(composer);
  const all = composer.measured.value.size;
  const unwritten = composer.unwritten.value;
  return (
    <section class="card" aria-label={t("checks")}>
      <h2>{t("checks")}</h2>
      {checks.length === 0
        ? <p class="note-text">{unwritten ? t("checks.unwritten") : t("checks.none")}</p>
        : <ul class="checks">
            {checks.map((one) => (
              <li key={one.text} class={one.blocks ? "check-line bad" : "check-line"} tabIndex={-1}>
                <Icon name={one.blocks ? "cross" : "warning"} />
                <span><strong>{one.channels.length === all && all > 1 ? t("text.all")
                  : one.channels.join(", ")}</strong>: {sentence(one.text)}</span>
              </li>))}
          </ul>}
    </section>
  );
}
