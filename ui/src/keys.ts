// Shortcuts. Single letters wait while a field has the focus or a dialog is open.
import {signal} from "@preact/signals";
import {letters} from "./prefs";
import {go} from "./router";
import {compose_path, routes} from "./routes";
import {may} from "./api";

export const help_open = signal(false);

const sequence_ms = 1500;

function is_typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return element?.matches?.("input:not([type=checkbox],[type=radio]), textarea, select") === true ||
      element?.isContentEditable === true;
}

// The key when it is a shortcut: pressed alone, by somebody who does not type and wants shortcuts.
export function letter_of(event: KeyboardEvent): string | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return undefined;
  if (!letters.value || is_typing(event.target) || document.querySelector("dialog[open]"))
    return undefined;
  return event.key;
}

export function start_keys(): () => void {
  let after_g = 0;
  const pressed = (event: KeyboardEvent) => {
    const letter = letter_of(event);
    if (letter === undefined) return;
    if (letter === "?") {
      event.preventDefault();
      help_open.value = true;
    } else if (Date.now() - after_g < sequence_ms) {
      after_g = 0;
      const to = routes.find((one) => one.nav?.letter === letter && may(one.needs));
      if (to) {
        event.preventDefault();
        go(to.path);
      }
    } else if (letter === "g") {
      after_g = Date.now();
    } else if (letter === "c" && may("author")) {
      event.preventDefault();
      go(compose_path);
    }
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}
