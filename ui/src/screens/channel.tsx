import {call, may} from "../api";
import {Connect} from "../channels/connect";
import {Custody} from "../channels/custody";
import {LastCheck} from "../channels/health";
import {Secrets, Settings} from "../channels/settings";
import {ask_channel, check, looks, standing_of} from "../channels/standing";
import {UseForm} from "../channels/use";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Facts, Section} from "../parts/section";
import {Pill} from "../parts/status";
import {Moment} from "../parts/time";
import {useAct, useResource} from "../resource";
import type {ScreenProps} from "../routes";
import {t, tn} from "../words";

function Went({name}: {name: string}) {
  const lines = useResource("deliveries/latest", () => call("GET", "/announcements", {}));
  if (!lines.value.value) return <Problem error={lines.error.value} retry={() => void lines.refresh()} />;
  const {last, waits, needs_person} = standing_of(name, lines.value.value);
  return (
    <Facts all={[
      [t("channels.last_fact"), last
        ? <><a href={`/app/announcement/${encodeURIComponent(last.id)}`}>{last.title}</a>,{" "}
          <Moment iso={last.due} /></> : t("channels.no_post")],
      [t("channels.waits_fact"), waits > 0 && tn("channels.waits", waits)],
      [t("channels.needs_fact"), needs_person > 0 &&
        <a class="needs-you" href="/app">{tn("channels.needs", needs_person)}</a>],
    ]} />
  );
}

function Check({name}: {name: string}) {
  const checking = useAct();
  return (
    <Section title={t("channels.health")} acts={
      <button type="button" disabled={checking.busy} onClick={() =>
        void checking.run(() => check([name]))}>
        {t(checking.busy ? "channels.checking" : "channels.check")}</button>}>
      <Problem error={checking.error} />
      <LastCheck channel={name} />
    </Section>
  );
}

export default function OneChannel({params}: ScreenProps) {
  const name = params["name"] ?? "";
  const found = useResource(`channels/${name}`, () => ask_channel(name));
  const channel = found.value.value;
  // Neither our own page nor a rehearsal is an account that somebody could lose.
  const has_account = channel && channel.platform !== "home" && channel.platform !== "echo";
  return (
    <div class="channels">
      <p class="back"><a href="/app/channels"><Icon name="back" />{t("nav.channels")}</a></p>
      <header class="screen-head">
        <h1 tabIndex={-1} dir="auto">{name}</h1>
        {channel && <Pill {...looks[channel.use]} />}
        {channel && !channel.listed && <Pill tone="plain" icon="unseen" word="channels.unlisted" />}
      </header>
      <Problem error={found.error.value} retry={() => void found.refresh()} />
      {!channel && !found.error.value && <Skeleton lines={8} />}
      {channel && (
        <div class="two-columns">
          <div class="sections">
            <Section title={t("channels.now")}><Went name={name} /></Section>
            <Section title={t("channels.settings")}><Settings channel={channel} /></Section>
            {may("admin") && (
              <Section title={t("channels.use_and_listed")}>
                <UseForm key={`${channel.use} ${channel.listed}`} channel={channel} /></Section>)}
            {may("admin") && channel.secrets.length > 0 &&
              <Section title={t("channels.secrets")}><Secrets channel={channel} /></Section>}
          </div>
          <div class="sections">
            {may("admin") && <Check name={name} />}
            {channel.platform !== "home" &&
              <Section title={t("channels.connect")}><Connect channel={channel} /></Section>}
            {may("editor") && has_account &&
              <Section title={t("custody.title")}><Custody channel={name} /></Section>}
          </div>
        </div>)}
    </div>
  );
}
