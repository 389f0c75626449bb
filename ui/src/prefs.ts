// What somebody chose for this browser.
import {signal} from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const kept_theme = localStorage.getItem("carillon.theme");
export const theme = signal<Theme>(
    kept_theme === "light" || kept_theme === "dark" ? kept_theme : "system");

export function choose_theme(next: Theme): void {
  theme.value = next;
  if (next === "system") {
    localStorage.removeItem("carillon.theme");
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem("carillon.theme", next);
    document.documentElement.dataset["theme"] = next;
  }
}

// Single letters as shortcuts (WCAG 2.1.4 wants a way to switch them off).
export const letters = signal(localStorage.getItem("carillon.letters") !== "off");

export function choose_letters(on: boolean): void {
  letters.value = on;
  if (on) localStorage.removeItem("carillon.letters");
  else localStorage.setItem("carillon.letters", "off");
}
