import type {ComponentChildren} from "preact";
import {useId} from "preact/hooks";

interface Labelled {
  label: string;
  hint?: string | undefined;
  problem?: string | undefined;
  children: (ids: {id: string; described: string | undefined}) => ComponentChildren;
}

// A label with its control; hint and problem are announced with it.
export function Field({label, hint, problem, children}: Labelled) {
  const id = useId();
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div class={problem ? "field wrong" : "field"}>
      <label for={id}>{label}</label>
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {problem && <span class="field-problem" id={`${id}-problem`}>{problem}</span>}
      {children({id, described: described || undefined})}
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  change: (next: string) => void;
  hint?: string;
  problem?: string;
  address?: boolean;  // a web address: phones show the keys for it
  required?: boolean;
  rows?: number;
}

export function TextField({label, value, change, hint, problem, address = false, required = false,
                           rows}: TextProps) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {({id, described}) => rows === undefined
        ? <input id={id} type="text" inputMode={address ? "url" : "text"} value={value}
                 required={required} dir="auto"
                 aria-describedby={described} aria-invalid={problem ? true : undefined}
                 onInput={(event) => change(event.currentTarget.value)} />
        : <textarea id={id} rows={rows} value={value} required={required} dir="auto"
                    aria-describedby={described} aria-invalid={problem ? true : undefined}
                    onInput={(event) => change(event.currentTarget.value)} />}
    </Field>
  );
}
