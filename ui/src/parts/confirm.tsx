import type {ComponentChildren} from "preact";
import {useAct} from "../resource";
import {t} from "../words";
import {Dialog} from "./dialog";
import {Problem} from "./problem";

interface ConfirmProps {
  title: string;
  act: string;
  danger?: boolean;
  close: () => void;
  done: () => Promise<void>;
  children?: ComponentChildren;
}

// Says what will happen, and does it when somebody says yes.
export function ConfirmDialog({title, act, danger, close, done, children}: ConfirmProps) {
  const doing = useAct();
  return (
    <Dialog title={title} close={close}>
      {children}
      <Problem error={doing.error} />
      <p class="acts">
        <button type="button" class={danger ? "danger" : "first"} disabled={doing.busy}
                onClick={async () => {
                  if (await doing.run(done)) close();
                }}>{act}</button>
        <button type="button" onClick={close}>{t("cancel")}</button>
      </p>
    </Dialog>
  );
}

// A dialog with a form of its own.
export function FormDialog({title, act, close, done, children}: ConfirmProps) {
  const doing = useAct();
  const send = async (event: Event) => {
    event.preventDefault();
    if (await doing.run(done)) close();
  };
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={send}>
        {children}
        <Problem error={doing.error} />
        <p class="acts">
          <button type="submit" class="first" disabled={doing.busy}>{act}</button>
          <button type="button" onClick={close}>{t("cancel")}</button>
        </p>
      </form>
    </Dialog>
  );
}
