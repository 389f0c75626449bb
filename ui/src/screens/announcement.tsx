import {useEffect} from "preact/hooks";
import {call, may, session, type Reply} from "../api";
import {note} from "../live";
import {Held} from "../parts/held";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Resolve} from "../parts/resolve";
import {AnnouncementPill, DeliveryPill} from "../parts/status";
import {in_zone, Moment} from "../parts/time";
import {useResource} from "../resource";
import {name_window} from "../router";
import type {ScreenProps} from "../routes";
import {sentence, t, tn, type Key} from "../words";

type View = Reply<"GET", "/announcements/{announcement}">;
type Delivery = View["deliveries"][number];

async function copy_text(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  note(t("card.copied"));
}

// What a person posts, exactly, and where.
function Card({delivery}: {delivery: string}) {
  const card = useResource(`deliveries/card/${delivery}`,
    () => call("GET", "/deliveries/{delivery}/card", {delivery}));
  const view = card.value.value;
  if (!view)
    return card.error.value ? <Problem error={card.error.value} /> : <Skeleton lines={2} />;
  return (
    <div class="by-hand">
      <h3>{t("card")}</h3>
      <ol>
        {view.parts.map((part, i) => (
          <li class="part" key={i}>
            {view.parts.length > 1 && <p class="hint">{t("card.part", {n: i + 1})}</p>}
            <p class="prose" dir="auto">{part.text}</p>
            {part.pictures.map((one) => (
              <p class="hint" key={one.file}>{one.file}{one.alt !== "" && `: ${one.alt}`}</p>))}
            <p class="acts"><button type="button" onClick={() => void copy_text(part.text)}>
              {t("card.copy")}</button></p>
          </li>))}
      </ol>
      {view.compose !== "" && <p><a href={view.compose} target="_blank" rel="noopener noreferrer">
        {t("card.compose")}</a></p>}
    </div>
  );
}

function Where({delivery}: {delivery: Delivery}) {
  if (delivery.url === "") return null;
  return <p class="where">{/^https?:/.test(delivery.url)
    ? <a href={delivery.url}>{delivery.url}</a> : delivery.url}</p>;
}

// How often it was tried, as the history has it.
function tries_of(view: View, channel: string): number {
  return view.history.filter((one) => one.channel === channel && ["delivery.later",
    "delivery.published", "delivery.refused", "delivery.unconfirmed"].includes(one.what)).length;
}

// Where the row shows what the hint tells to do.
const says_itself = new Set(["published", "manual"]);

function Row({delivery, view}: {delivery: Delivery; view: View}) {
  const waits = delivery.state === "planned";
  const tries = tries_of(view, delivery.channel);
  const zone = session.value?.time_zone ?? "UTC";
  return (
    <li class={delivery.needs_person ? "card row needs" : "card row"}>
      <div class="row-head">
        <DeliveryPill state={delivery.state} />
        <h3>{delivery.channel}</h3>
        {tries > 1 && <span class="number">{tn("delivery.tries", tries)}</span>}
        <span>{waits && `${t("delivery.for")} ${in_zone(new Date(delivery.due), zone)}`}
          {!waits && <>{delivery.state !== "published" && `${t("announcement.due")} `}
            <Moment iso={delivery.due} /></>}</span>
        {delivery.retry !== "" && <span>{t("delivery.retry")}{" "}
          {in_zone(new Date(delivery.retry), zone)}</span>}
      </div>
      <Where delivery={delivery} />
      {delivery.reason !== "" && <p><strong>{sentence(delivery.reason)}</strong></p>}
      {delivery.hint !== "" && !says_itself.has(delivery.state) && <p>{sentence(delivery.hint)}</p>}
      {delivery.outdated && <p class="voids">{t("delivery.outdated")}</p>}
      {delivery.rehearsed && <p class="hint">{t("delivery.rehearsed")}</p>}
      {delivery.state === "manual" && <Card delivery={delivery.id} />}
      {may("editor") && (delivery.needs_person || waits) &&
        <p class="acts"><Resolve delivery={delivery.id} state={delivery.state} /></p>}
    </li>
  );
}

function Story({view}: {view: View}) {
  return (
    <section class="card" aria-label={t("announcement.history")}>
      <h2>{t("announcement.history")}</h2>
      <ol class="history">
        {view.history.map((one, i) => (
          <li key={i}><p class="row-head"><strong>{one.channel || one.who}</strong>
            <span>{t(`happened.${one.what}` as Key)}</span> <Moment iso={one.at} /></p></li>))}
      </ol>
    </section>
  );
}

export default function Announcement({params}: ScreenProps) {
  const announcement = params["slug"] ?? "";
  const found = useResource(`announcements/${announcement}`,
    () => call("GET", "/announcements/{announcement}", {announcement}));
  const view = found.value.value;
  useEffect(() => {
    if (view) name_window(view.title);
  }, [view?.title]);
  return (
    <>
      <header class="screen-head">
        <h1 tabIndex={-1} dir="auto">{view?.title || announcement}</h1>
        {view && <AnnouncementPill state={view.state} />}
      </header>
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!view && !found.error.value && <Skeleton lines={6} />}
      {view && view.held > 0 && may("editor") &&
        <Held announcement={view.id} held={view.held} done={() => void found.refresh()} />}
      {view && (
        <div class="desk">
          <section class="desk-main" aria-label={t("announcement.deliveries")}>
            <h2>{t("announcement.deliveries")}</h2>
            <ul class="cards">
              {view.deliveries.map((one) => <Row key={one.id} delivery={one} view={view} />)}
            </ul>
          </section>
          <div class="desk-side">
            <section class="card" aria-label={t("standing")}>
              <h2>{t("standing")}</h2>
              <p>{t("announcement.revision", {n: view.revision})}</p>
              {view.permalink !== "" &&
                <p><a href={view.permalink}>{t("announcement.permalink")}</a></p>}
              {view.draft !== "" &&
                <p><a href={`/app/draft/${view.draft}`}>{t("announcement.draft")}</a></p>}
            </section>
            <Story view={view} />
          </div>
        </div>)}
    </>
  );
}
