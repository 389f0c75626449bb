import type {ComponentChildren} from "preact";
import {useId} from "preact/hooks";

// A part of a screen under its own heading, with what can be done to all of it beside that.
export function Section({title, acts, children}: {
  title: string; acts?: ComponentChildren; children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-head"><h2 id={id}>{title}</h2>{acts}</div>
      {children}
    </section>
  );
}

// Facts with their names. What is empty is left out.
export function Facts({all}: {all: Array<[string, ComponentChildren]>}) {
  return (
    <dl class="facts">
      {all.filter(([, value]) => value !== "" && value !== null && value !== false &&
          value !== undefined).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd dir="auto">{value}</dd></div>))}
    </dl>
  );
}
