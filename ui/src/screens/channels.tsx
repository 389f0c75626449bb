import {call, may} from "../api";
import {ask_channels, check, looks, standing_of, type Channel, type Standing} from "../channels/standing";
import {Health} from "../channels/health";
import {Icon} from "../parts/icon";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {Pill} from "../parts/status";
import {Moment} from "../parts/time";
import {useAct, useResource} from "../resource";
import {t, tn} from "../words";

function Row({channel, standing}: {channel: Channel; standing: Standing | undefined}) {
  return (
    <li class="channel-row">
      <div>
        <h2><a href={`/app/channels/${encodeURIComponent(channel.name)}`}>{channel.name}</a></h2>
        <p class="faint">{channel.platform}</p>
      </div>
      <p class="pills"><Pill {...looks[channel.use]} />
        {!channel.listed && <Pill tone="plain" icon="unseen" word="channels.unlisted" />}</p>
      <p>{may("admin") ? <Health channel={channel} />
        : <span class="faint">{channel.url}</span>}</p>
      <div class="channel-went">
        {standing?.last
          ? <p>{t("channels.last")} <a href={`/app/announcement/${encodeURIComponent(standing.last.id)}`}
                dir="auto">{standing.last.title}</a>, <Moment iso={standing.last.due} /></p>
          : standing && <p class="faint">{t("channels.no_post")}</p>}
        {standing !== undefined && standing.waits > 0 && <p>{tn("channels.waits", standing.waits)}</p>}
        {standing !== undefined && standing.needs_person > 0 &&
          <p><a href="/app" class="needs-you">{tn("channels.needs", standing.needs_person)}</a></p>}
      </div>
    </li>
  );
}

export default function Channels() {
  const channels = useResource("channels", ask_channels);
  const lines = useResource("deliveries/latest", () => call("GET", "/announcements", {}));
  const checking = useAct();
  const all = channels.value.value;
  return (
    <div class="channels">
      <header class="screen-head">
        <h1 tabIndex={-1}>{t("nav.channels")}</h1>
        {may("admin") && <a class="button head-act" href="/app/add-channel"><Icon name="plus" />
          {t("channels.add")}</a>}
        {may("admin") && all && all.length > 0 && (
          <button type="button" class="head-act" disabled={checking.busy} onClick={() =>
            void checking.run(() => check([]))}>
            {checking.busy ? t("channels.checking") : t("channels.check_all")}</button>)}
      </header>
      <Problem error={checking.error} />
      <Problem error={channels.error.value} retry={() => void channels.refresh()} />
      <Problem error={lines.error.value} retry={() => void lines.refresh()} />
      {!all && !channels.error.value && <Skeleton lines={6} />}
      {all?.length === 0 && (
        <div class="empty"><p><strong>{t("channels.empty")}</strong></p>
          <p>{t("channels.empty_more")}</p></div>)}
      <ul class="rows">
        {all?.map((one) => (
          <Row key={one.name} channel={one}
               standing={lines.value.value && standing_of(one.name, lines.value.value)} />))}
      </ul>
    </div>
  );
}
