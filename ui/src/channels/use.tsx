import {useSignal} from "@preact/signals";
import {call} from "../api";
import {note} from "../live";
import {Field} from "../parts/field";
import {Problem} from "../parts/problem";
import {on_day} from "../parts/time";
import {useAct, useResource} from "../resource";
import {t} from "../words";
import {ends, looks, show_changed, uses, type Channel, type Use} from "./standing";

// What the channel is for, and whether readers see it. To end it takes a decision.
export function UseForm({channel}: {channel: Channel}) {
  const use = useSignal<Use>(channel.use);
  const listed = useSignal(channel.listed);
  const decision = useSignal("");
  const saving = useAct();
  const decisions = useResource("decisions", () => call("GET", "/decisions", {}));
  const ending = ends(use.value) && use.value !== channel.use;
  const fitting = decisions.value.value?.filter((one) =>
    one.channel === channel.name && one.to === use.value) ?? [];
  const chosen = decision.value || (fitting.at(-1)?.id ?? "");
  const same = use.value === channel.use && listed.value === channel.listed;
  const save = (event: Event) => {
    event.preventDefault();
    void saving.run(async () => {
      show_changed(await call("PATCH", "/channels/{name}", {name: channel.name,
        set: [`use=${use.value}`, `listed=${listed.value}`],
        ...(ending && chosen !== "" ? {decision: chosen} : {})}));
      note(t("channels.saved", {name: channel.name}));
    });
  };
  return (
    <form onSubmit={save} class="use-form">
      <Field label={t("channels.use")} hint={t(`use.${use.value}_more`)}>
        {({id, described}) => (
          <select id={id} aria-describedby={described} value={use.value}
                  onChange={(event) => use.value = event.currentTarget.value as Use}>
            {uses.map((one) => <option key={one} value={one}>{t(looks[one].word)}</option>)}
          </select>)}
      </Field>
      {ending && (fitting.length > 0
        ? <Field label={t("channels.decision")} hint={t("channels.decision_more")}>
            {({id, described}) => (
              <select id={id} aria-describedby={described} value={chosen}
                      onChange={(event) => decision.value = event.currentTarget.value}>
                {fitting.map((one) => (
                  <option key={one.id} value={one.id}>
                    {t("channels.decision_line", {title: one.title, body: one.body, day: on_day(one.decided)})}
                  </option>))}
              </select>)}
          </Field>
        : decisions.value.value && (
          <p class="needs-decision">{t("channels.no_decision", {use: t(looks[use.value].word)})}{" "}
            <a href={`/app/retire?channel=${encodeURIComponent(channel.name)}&to=${use.value}`}>
              {t("channels.to_retire")}</a></p>))}
      <label class="check">
        <input type="checkbox" checked={listed.value}
               onChange={(event) => listed.value = event.currentTarget.checked} />
        {t("channels.listed_more")}</label>
      <Problem error={saving.error} />
      <p class="acts"><button type="submit" class="first" disabled={saving.busy || same}>
        {t("save")}</button></p>
    </form>
  );
}
