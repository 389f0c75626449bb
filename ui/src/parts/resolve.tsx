import {useSignal} from "@preact/signals";
import {call} from "../api";
import {note} from "../live";
import {invalidate, useAct} from "../resource";
import {t, type Key} from "../words";
import {Dialog} from "./dialog";
import {Problem} from "./problem";
import {ReasonDialog} from "./reason";
import type {DeliveryState} from "./status";

type Way = "there" | "absent" | "cancel";

// What a person may say of a delivery in a state.
const ways: Partial<Record<DeliveryState, Way[]>> = {
  unconfirmed: ["there", "absent", "cancel"],
  missed: ["absent", "cancel"],
  refused: ["cancel"],
  manual: ["there", "cancel"],
  planned: ["cancel"],
};
const labels: Record<Way, Key> = {
  there: "resolve.there", absent: "resolve.absent", cancel: "resolve.cancel"};

function label_of(state: DeliveryState, way: Way): string {
  if (state === "missed" && way === "absent") return t("resolve.now");
  return state === "planned" ? t("resolve.stop") : t(labels[way]);
}

export function Resolve({delivery, state}: {delivery: string; state: DeliveryState}) {
  const asked = useSignal<Way | undefined>(undefined);
  const act = useAct();
  const close = () => {
    asked.value = undefined;
    act.clear();
  };
  const say = async (words: {url: string} | {absent: true} | {cancel: true}) => {
    await call("POST", "/deliveries/{delivery}/resolution", {delivery, ...words});
    note(t("resolve.done"));
    invalidate("today", "deliveries", "announcements");
  };
  return (
    <>
      {ways[state]?.map((way, i) => (
        <button key={way} type="button" class={i === 0 && way !== "cancel" ? "first" : ""}
                onClick={() => asked.value = way}>
          {label_of(state, way)}</button>))}
      {asked.value === "there" && (
        <ReasonDialog title={t("resolve.there")} label={t("resolve.url")} act={t("resolve.note")}
                      line close={close} done={(url) => say({url})} />)}
      {(asked.value === "absent" || asked.value === "cancel") && (
        <Dialog title={asked.value === "cancel" ? t("resolve.cancel") :
            state === "missed" ? t("resolve.now") : t("resolve.absent")} close={close}>
          <p>{asked.value === "cancel" ? t("resolve.cancel_more") :
              state === "missed" ? t("resolve.now_more") : t("resolve.absent_more")}</p>
          <Problem error={act.error} />
          <p class="acts">
            <button type="button" class="danger" disabled={act.busy} onClick={async () => {
              const words = asked.value === "cancel" ? {cancel: true as const} :
                {absent: true as const};
              if (await act.run(() => say(words))) close();
            }}>{asked.value === "cancel" ? t("resolve.cancel_go") : t("resolve.send")}</button>
            <button type="button" onClick={close}>{t("cancel")}</button>
          </p>
        </Dialog>)}
    </>
  );
}
