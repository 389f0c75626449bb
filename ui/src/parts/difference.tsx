import type {Reply} from "../api";
import {t} from "../words";

type Line = Reply<"GET", "/drafts/{id}">["difference"][number];

// Lines that came and went; a word says which, not only a colour.
export function Difference({lines, since}: {lines: Line[]; since: number}) {
  return (
    <figure class="difference">
      <figcaption>{t("difference", {n: since})}</figcaption>
      <ul>
        {lines.map((one, i) => (
          <li key={i} class={one.fate} dir="auto">
            {one.fate === "come"
              ? <ins><span class="hidden">{t("difference.come")} </span>{one.text}</ins>
              : one.fate === "gone"
                ? <del><span class="hidden">{t("difference.gone")} </span>{one.text}</del>
                : one.fate === "skipped" ? <span class="skipped">…</span> : one.text || "\u00a0"}
          </li>))}
      </ul>
    </figure>
  );
}
