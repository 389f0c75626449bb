import {sentence} from "../words";

// A sentence of the server; what it sets in backticks is to be typed.
export function Said({text}: {text: string}) {
  return (
    <span dir="auto">{sentence(text).split("`").map((part, i) =>
      i % 2 === 1 ? <code key={i}>{part}</code> : part)}</span>
  );
}
