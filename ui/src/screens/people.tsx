import {useSignal} from "@preact/signals";
import {call, may, session, type Reply} from "../api";
import {note} from "../live";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Pill} from "../parts/status";
import {on_day} from "../parts/time";
import {PersonActs} from "../people/acts";
import {Invite, LinkDialog, type Link} from "../people/invite";
import {roles, standing_looks, type Person} from "../people/words";
import {useResource} from "../resource";
import {t} from "../words";

type All = Reply<"GET", "/people">;

// An invitation has no name yet.
const called = (person: Person) => person.name || person.email;

function Row({person, show_link}: {person: Person; show_link: (link: Link) => void}) {
  const own = person.name !== "" && person.name === session.value?.name;
  return (
    <li class="person-row">
      <div>
        <h2 dir="auto">{called(person)}{own && <span class="faint"> {t("people.you")}</span>}</h2>
        {person.email !== "" && person.email !== called(person) && <p class="faint">{person.email}</p>}
      </div>
      <p>{t(roles[person.role])}</p>
      <p class="pills"><Pill {...standing_looks[person.standing]} />
        {person.totp && <Pill tone="ok" icon="key" word="people.totp" />}</p>
      <p class="faint">{person.standing === "invited" ? t("people.not_come")
        : person.used === "" ? t("people.never")
        : t("people.used", {day: on_day(person.used)})}
        {(person.standing === "lapsing" || person.standing === "lapsed") && person.lapses !== "" &&
          <><br />{t(person.standing === "lapsed" ? "people.lapsed_on" : "people.lapses_on",
            {day: on_day(person.lapses)})}</>}</p>
      {may("admin") && <PersonActs person={person} name={called(person)} show_link={show_link} />}
    </li>
  );
}

function List({all, show_link}: {all: All; show_link: (link: Link) => void}) {
  return (
    <ul class="rows people">
      {all.map((one) => (
        <Row key={`${one.name} ${one.email}`} person={one} show_link={show_link} />))}
    </ul>
  );
}

export default function People() {
  const people = useResource("people", () => call("GET", "/people", {}));
  const inviting = useSignal(false);
  const link = useSignal<Link | undefined>(undefined);
  const all = people.value.value;
  const invited = all?.filter((one) => one.standing === "invited") ?? [];
  const here = all?.filter((one) => one.standing !== "invited") ?? [];
  return (
    <>
      <header class="screen-head">
        <h1 tabIndex={-1}>{t("nav.people")}</h1>
        <a href="/app/access">{t("access.title")}</a>
        {may("admin") && (
          <button type="button" class="first head-act" onClick={() => inviting.value = true}>
            <Icon name="plus" />{t("people.invite")}</button>)}
      </header>
      <Problem error={people.error.value} retry={() => void people.refresh()} />
      {!all && !people.error.value && <Skeleton lines={6} />}
      {all?.length === 0 && <div class="empty"><p><strong>{t("people.empty")}</strong></p></div>}
      {here.length > 0 && <List all={here} show_link={(next) => link.value = next} />}
      {invited.length > 0 && (
        <>
          <h2 class="list-title">{t("people.invited")}</h2>
          <List all={invited} show_link={(next) => link.value = next} />
        </>)}
      {inviting.value && <Invite close={() => inviting.value = false} done={(next) => {
        link.value = next;
        note(t("people.invited_note", {person: next.person}));
      }} />}
      {link.value && <LinkDialog link={link.value} close={() => link.value = undefined} />}
    </>
  );
}
