// What is said to everybody: a sentence for screen readers, and short notes with a way back.
import {signal} from "@preact/signals";

export const spoken = signal("");

// Read out politely. The same words twice in a row are read twice.
export function announce(text: string): void {
  spoken.value = spoken.peek() === text ? `${text}\u00a0` : text;
}

export interface Note {
  id: number;
  text: string;
  undo?: () => void;
}

const note_ms = 10_000;
let next = 1;
export const notes = signal<Note[]>([]);

export function close_note(id: number): void {
  notes.value = notes.peek().filter((one) => one.id !== id);
}

// Shown and read out; for ten seconds, longer while somebody points at it.
export function note(text: string, undo?: () => void): void {
  const one: Note = undo ? {id: next++, text, undo} : {id: next++, text};
  notes.value = [...notes.peek().slice(-2), one];
  window.setTimeout(() => {
    if (!document.querySelector(".notes:hover, .notes:focus-within")) close_note(one.id);
  }, note_ms);
}
