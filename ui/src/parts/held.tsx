// What was just published waits a moment, in which it can be withdrawn. How long, the server says.
import {useSignal} from "@preact/signals";
import {useEffect} from "preact/hooks";
import {call} from "../api";
import {announce, note} from "../live";
import {invalidate, useAct} from "../resource";
import {go} from "../router";
import {t} from "../words";
import {Problem} from "./problem";

const changed = () => invalidate("announcements", "deliveries", "drafts", "today");

export function Held({announcement, held, done}: {
  announcement: string; held: number; done: () => void;
}) {
  const left = useSignal(Math.ceil(held / 1000));
  const undoing = useAct();
  // Read out once: a number each second would drown everything else.
  useEffect(() => announce(t("held.spoken", {n: Math.ceil(held / 1000)})), []);
  useEffect(() => {
    const end = performance.now() + held;
    const timer = window.setInterval(() => {
      left.value = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      if (left.value > 0) return;
      window.clearInterval(timer);
      done();
    }, 250);
    return () => window.clearInterval(timer);
  }, [held]);
  const undo = async () => {
    const back = await call("POST", "/announcements/{announcement}/withdrawal", {announcement});
    changed();
    note(t("held.undone"));
    if (back.gone) go(back.draft === "" ? "/app/drafts" : `/app/draft/${back.draft}`, true);
    else done();
  };
  return (
    <section class="card held" aria-label={t("held.title")}>
      <p>{t("held.wait")} <strong class="number" aria-hidden="true">{left.value}</strong></p>
      <button type="button" class="first" disabled={undoing.busy || left.value === 0}
              onClick={() => void undoing.run(undo)}>{t("held.undo")}</button>
      <Problem error={undoing.error} />
    </section>
  );
}
