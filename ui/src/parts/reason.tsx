import {useSignal} from "@preact/signals";
import {useAct} from "../resource";
import {t} from "../words";
import {Dialog} from "./dialog";
import {TextField} from "./field";
import {Problem} from "./problem";

interface ReasonProps {
  title: string;
  label: string;
  act: string;
  text?: string;
  line?: boolean;    // one line, as an address
  danger?: boolean;
  close: () => void;
  done: (reason: string) => Promise<void>;
}

// Asks for words without which something is not done.
export function ReasonDialog({title, label, act, text, line, danger, close, done}: ReasonProps) {
  const reason = useSignal("");
  const missing = useSignal(false);
  const doing = useAct();
  const send = async (event: Event) => {
    event.preventDefault();
    missing.value = reason.value.trim() === "";
    if (missing.value) return;
    if (await doing.run(() => done(reason.value.trim()))) close();
  };
  return (
    <Dialog title={title} close={close}>
      {text && <p>{text}</p>}
      <form onSubmit={send} noValidate>
        <TextField label={label} value={reason.value} change={(next) => reason.value = next}
                   required {...(line ? {address: true} : {rows: 3})}
                   {...(missing.value ? {problem: t("missing")} : {})} />
        <Problem error={doing.error} />
        <p class="acts">
          <button type="submit" class={danger ? "danger" : "first"} disabled={doing.busy}>
            {act}</button>
          <button type="button" onClick={close}>{t("cancel")}</button>
        </p>
      </form>
    </Dialog>
  );
}
