import {call, type Reply} from "../api";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Pill} from "../parts/status";
import {Moment} from "../parts/time";
import {proposal_looks} from "../proposals/looks";
import {useResource} from "../resource";
import {place} from "../router";
import {t, tn, type Key} from "../words";

type Proposal = Reply<"GET", "/proposals">[number];

const filters: Array<[string, Key]> = [["waiting", "proposals.waiting"], ["taken", "proposals.taken"],
  ["published", "proposals.published"], ["declined", "proposals.declined"], ["all", "proposals.all"]];

const first_words = (text: string) => text.split("\n").find((line) => line.trim() !== "") ?? "";

function Row({one}: {one: Proposal}) {
  return (
    <li class="proposal-row">
      <h2 dir="auto"><a href={`/app/proposals/${one.id}`}>{first_words(one.text)}</a></h2>
      <p class="row-head"><Pill {...proposal_looks[one.state]} /><Moment iso={one.made} />
        {one.name !== "" && <span dir="auto">{one.name}</span>}
        {one.date !== "" && <span>{t("proposals.for_day", {day: one.date})}</span>}</p>
    </li>
  );
}

export default function Proposals() {
  const state = new URLSearchParams(place.value.query).get("state") ?? "waiting";
  const found = useResource("proposals", () => call("GET", "/proposals", {}));
  const all = found.value.value;
  const shown = all?.filter((one) => state === "all" || one.state === state);
  return (
    <>
      <header class="screen-head">
        <h1 tabIndex={-1}>{t("nav.proposals")}</h1>
        {shown && shown.length > 0 && <p>{tn("proposals.count", shown.length)}</p>}
      </header>
      <nav class="state-tabs" aria-label={t("proposals.filter")}>
        {filters.map(([one, word]) => (
          <a key={one} href={`/app/proposals?state=${one}`}
             aria-current={one === state ? "true" : undefined}>{t(word)}</a>))}
      </nav>
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!all && !found.error.value && <Skeleton />}
      {shown?.length === 0 && (
        <div class="empty">
          <p><strong>{t(state === "waiting" ? "proposals.none_wait" : "proposals.none")}</strong></p>
          <p>{t("proposals.none_more")} <a href="/propose">{t("proposals.form")}</a></p>
        </div>)}
      {shown && shown.length > 0 &&
        <ul class="rows narrow">{shown.map((one) => <Row key={one.id} one={one} />)}</ul>}
    </>
  );
}
