import {useSignal} from "@preact/signals";
import {call, type Reply} from "../api";
import {Field} from "../parts/field";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Section} from "../parts/section";
import {useAct} from "../resource";
import {Findings} from "../retire/findings";
import {Patch} from "../retire/patch";
import type {ScreenProps} from "../routes";
import {t, type Key} from "../words";

type Found = Reply<"POST", "/retirements/{channel}/links">;
type Place = Found["place"];

const places: Array<[Place, Key]> = [
  ["repository", "links.repository"], ["web_site", "links.web_site"]];

// What still points to a channel that is left, at an address that somebody names.
export default function Links({params}: ScreenProps) {
  const channel = params["channel"] ?? "";
  const place = useSignal<Place>("repository");
  const address = useSignal("");
  const found = useSignal<Found | undefined>(undefined);
  const looking = useAct();
  const search = (event: Event) => {
    event.preventDefault();
    if (address.value.trim() === "") return;
    found.value = undefined;
    void looking.run(async () => {
      found.value = await call("POST", "/retirements/{channel}/links",
        {channel, address: address.value.trim(), place: place.value});
    });
  };
  return (
    <>
      <p class="back"><a href={`/app/retire/${encodeURIComponent(channel)}`}><Icon name="back" />
        {t("links.back", {channel})}</a></p>
      <header class="screen-head">
        <h1 tabIndex={-1} dir="auto">{t("links.title", {channel})}</h1>
        <p>{t("links.about")}</p>
      </header>
      <div class="sections narrow">
        <form onSubmit={search} class="card">
          <fieldset class="choices">
            <legend>{t("links.where")}</legend>
            {places.map(([one, word]) => (
              <label key={one}><input type="radio" name="place" checked={place.value === one}
                onChange={() => place.value = one} /> {t(word)}</label>))}
          </fieldset>
          <Field label={t("links.address")} hint={t(`links.${place.value}_more`)}>
            {({id, described}) => (
              <input id={id} type="url" inputMode="url" required dir="ltr" value={address.value}
                     aria-describedby={described} placeholder="https://"
                     onInput={(event) => address.value = event.currentTarget.value} />)}
          </Field>
          <p class="acts"><button type="submit" class="first" disabled={looking.busy}>
            {t(looking.busy ? "links.looking" : "links.search")}</button>
            <span class="hint">{t("links.bounds")}</span></p>
        </form>
        <Problem error={looking.error} />
        {looking.busy && <Skeleton lines={6} />}
        {found.value && (
          <>
            {found.value.place === "repository" &&
              <Section title={t("links.patch")}><Patch found={found.value} /></Section>}
            <Section title={t("links.findings")}><Findings found={found.value} /></Section>
          </>)}
      </div>
    </>
  );
}
