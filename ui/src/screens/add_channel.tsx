import {useEffect} from "preact/hooks";
import {call} from "../api";
import {AddForm, type Platform} from "../channels/add";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Section} from "../parts/section";
import {useResource} from "../resource";
import {place} from "../router";
import {t} from "../words";

// A workspace has one home.
const can_be_added = (platform: Platform) =>
  platform.name !== "home" || platform.channels.length === 0;

export default function AddChannel() {
  const found = useResource("platforms", () => call("GET", "/platforms", {}));
  const all = found.value.value?.filter(can_be_added);
  const chosen = new URLSearchParams(place.value.query).get("platform");
  const platform = all?.find((one) => one.name === chosen);
  // A narrow window shows the form in place of the list, which was scrolled.
  useEffect(() => {
    if (platform === undefined || window.matchMedia("(min-width: 1100px)").matches) return;
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>("main h1")?.focus();
  }, [platform?.name]);
  return (
    <div class="channels">
      <p class="back"><a href="/app/channels"><Icon name="back" />{t("nav.channels")}</a></p>
      <header class="screen-head"><h1 tabIndex={-1}>{t("channels.add")}</h1></header>
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!all && !found.error.value && <Skeleton lines={6} />}
      {all && (
        <div class={platform ? "two-columns chosen" : "two-columns"}>
          <Section title={t("channels.which")}>
            <ul class="platforms">
              {all.map((one) => (
                <li key={one.name}>
                  <a href={`/app/add-channel?platform=${one.name}`}
                     aria-current={one.name === chosen ? "true" : undefined}>
                    <strong>{one.title}</strong> <span class="faint">{one.about}</span></a>
                </li>))}
            </ul>
          </Section>
          {platform && <Section key={platform.name} title={platform.title}>
            <p class="back chosen-before"><a href="/app/add-channel"><Icon name="back" />
              {t("channels.another_platform")}</a></p>
            <AddForm platform={platform} /></Section>}
        </div>)}
    </div>
  );
}
