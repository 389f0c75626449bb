import {useSignal} from "@preact/signals";
import {call, type Reply} from "../api";
import {ask_channels, ends, looks, uses, type Use} from "../channels/standing";
import {note} from "../live";
import {FormDialog} from "../parts/confirm";
import {Field, TextField} from "../parts/field";
import {invalidate, useResource} from "../resource";
import {go} from "../router";
import {t, type Key} from "../words";

export interface Wanted {
  channel: string;
  to: "inactive" | "reserved" | "closed";
}

type Scope = Reply<"GET", "/decisions">[number]["scopes"][number];
const scopes: Array<[Scope, Key]> = [["page_furniture", "where.page_furniture"],
  ["current_text", "where.current_text"], ["history", "where.history"], ["fixture", "where.fixture"],
  ["vendored", "where.vendored"], ["generated", "where.generated"]];

function ChannelFields({channel, to}: {channel: {value: string}; to: {value: Use}}) {
  const found = useResource("channels", ask_channels);
  const names = found.value.value?.filter((one) => one.platform !== "home").map((one) => one.name) ?? [];
  if (channel.value === "" && names[0] !== undefined) channel.value = names[0];
  return (
    <>
      <Field label={t("retire.channel")}>
        {({id}) => (
          <select id={id} value={channel.value} required
                  onChange={(event) => channel.value = event.currentTarget.value}>
            {names.map((one) => <option key={one} value={one}>{one}</option>)}
          </select>)}
      </Field>
      <Field label={t("retire.to")} hint={t(`use.${to.value}_more`)}>
        {({id, described}) => (
          <select id={id} value={to.value} aria-describedby={described}
                  onChange={(event) => to.value = event.currentTarget.value as Use}>
            {uses.filter(ends).map((one) => <option key={one} value={one}>{t(looks[one].word)}</option>)}
          </select>)}
      </Field>
    </>
  );
}

interface DialogProps {
  wanted: Wanted | undefined;
  close: () => void;
}

// What a body decided, in the words by which everybody finds it again.
export function DecisionDialog({wanted, close}: DialogProps) {
  const channel = useSignal(wanted?.channel ?? "");
  const to = useSignal<Use>(wanted?.to ?? "reserved");
  const title = useSignal("");
  const by = useSignal("");
  const record = useSignal("");
  const chosen = useSignal<Scope[]>(["page_furniture", "current_text"]);
  return (
    <FormDialog title={t("retire.decide")} act={t("save")} close={close} done={async () => {
      await call("POST", "/decisions", {title: title.value, by: by.value, channel: channel.value,
        to: to.value, scope: chosen.value, ...(record.value === "" ? {} : {record: record.value})});
      invalidate("decisions");
      note(t("retire.decision_kept"));
    }}>
      <TextField label={t("retire.title")} hint={t("retire.title_more")} value={title.value} required
                 change={(next) => title.value = next} />
      <TextField label={t("retire.body")} value={by.value} required change={(next) => by.value = next} />
      <ChannelFields channel={channel} to={to} />
      <TextField label={t("retire.record_field")} hint={t("retire.record_more")} address
                 value={record.value} change={(next) => record.value = next} />
      <fieldset class="choices">
        <legend>{t("retire.scope")}</legend>
        {scopes.map(([one, word]) => (
          <label key={one}>
            <input type="checkbox" checked={chosen.value.includes(one)} onChange={(event) =>
              chosen.value = event.currentTarget.checked ? [...chosen.value, one]
                : chosen.value.filter((each) => each !== one)} /> {t(word)}
          </label>))}
      </fieldset>
    </FormDialog>
  );
}

export function PlanDialog({wanted, close}: DialogProps) {
  const channel = useSignal(wanted?.channel ?? "");
  const to = useSignal<Use>(wanted?.to ?? "reserved");
  return (
    <FormDialog title={t("retire.plan")} act={t("retire.make_plan")} close={close} done={async () => {
      await call("POST", "/retirements", {channel: channel.value, to: to.value});
      invalidate("retirements");
      note(t("retire.planned"));
      go(`/app/retire/${encodeURIComponent(channel.value)}`);
    }}>
      <p>{t("retire.plan_more")}</p>
      <ChannelFields channel={channel} to={to} />
    </FormDialog>
  );
}
