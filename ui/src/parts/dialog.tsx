import type {ComponentChildren} from "preact";
import {useEffect, useId, useRef} from "preact/hooks";
import {t} from "../words";

interface DialogProps {
  title: string;
  close: () => void;
  children: ComponentChildren;
  // Without it the dialog has no button of its own to be closed by, and Escape does nothing.
  closable?: boolean;
}

// A modal <dialog>: the browser keeps the focus inside and gives it back. It is open for as long as
// it is drawn.
export function Dialog({title, close, children, closable = true}: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={element} aria-labelledby={id} onCancel={(event) => {
      event.preventDefault();
      if (closable) close();
    }}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        {closable && <button type="button" class="quiet" onClick={close}>{t("close")}</button>}
      </div>
      {children}
    </dialog>
  );
}
