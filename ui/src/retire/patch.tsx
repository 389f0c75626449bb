// The patch that a decision allows, file by file, and as one file to take along.
import {useEffect, useMemo} from "preact/hooks";
import type {Reply} from "../api";
import {Icon} from "../parts/icon";
import {Said} from "../parts/said";
import {sentence, t, tn, type Key} from "../words";

type Found = Reply<"POST", "/retirements/{channel}/links">;

interface FileDiff {
  path: string;
  lines: string[];
}

// A diff in the unified format, apart by file. A hunk says how many lines it has: one of them may
// look like the head of a file.
export function files_of(diff: string): FileDiff[] {
  const out: FileDiff[] = [];
  let old_left = 0;
  let new_left = 0;
  for (const line of diff.replace(/\n$/, "").split("\n")) {
    const within = old_left > 0 || new_left > 0 || line.startsWith("\\");
    const file = out.at(-1);
    if (within) {
      if (/^[- ]/.test(line)) old_left -= 1;
      if (/^[+ ]/.test(line)) new_left -= 1;
      file?.lines.push(line);
      continue;
    }
    const path = /^--- (?:a[/])?(.*)$/.exec(line)?.[1];
    if (path !== undefined) out.push({path, lines: []});
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (!hunk || !file) continue;
    old_left = Number(hunk[1] ?? 1);
    new_left = Number(hunk[2] ?? 1);
    file.lines.push(line);
  }
  return out;
}

function Line({line}: {line: string}) {
  if (line.startsWith("+"))
    return <li class="come"><ins><span class="hidden">{t("difference.come")} </span>{line}</ins></li>;
  if (line.startsWith("-"))
    return <li class="gone"><del><span class="hidden">{t("difference.gone")} </span>{line}</del></li>;
  return <li class={line.startsWith("@@") ? "faint" : ""}>{line || "\u00a0"}</li>;
}

function Download({text, name}: {text: string; name: string}) {
  const address = useMemo(() => URL.createObjectURL(new Blob([text], {type: "text/x-patch"})), [text]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return <a class="button first" href={address} download={name}>{t("links.download")}</a>;
}

export function Patch({found}: {found: Found}) {
  const {patch} = found;
  const files = useMemo(() => files_of(patch.diff), [patch.diff]);
  if (patch.refused !== "") {
    return (
      <div class="problem" role="alert">
        <p><Icon name="warning" /> {t("links.refused")} <Said text={patch.refused} /></p>
        {patch.hint !== "" && <p><Said text={patch.hint} /></p>}
      </div>
    );
  }
  const owners = [...new Set(patch.tasks.map((one) => one.owner))];
  return (
    <>
      <p>{files.length === 0 ? t("links.no_patch") : tn("links.patch_files", files.length)}{" "}
        {t("links.by_decision", {id: patch.decision})}
        {patch.record !== "" && <> <a href={patch.record} rel="noreferrer">{t("retire.record")}</a></>}</p>
      {patch.beyond.map((one) => (
        <p key={one.scope}>{tn("links.beyond", one.lines,
          {where: t(`where.${one.scope}` as Key)})}</p>))}
      {files.length > 0 && (
        <p class="acts"><Download text={patch.diff} name={`leave-${found.channel}.patch`} />
          <span class="hint">{t("links.apply")}</span></p>)}
      {files.map((one) => (
        <details key={one.path} open={files.length <= 5}>
          <summary dir="ltr">{one.path}</summary>
          <figure class="difference">
            <figcaption>{t("links.diff_of", {path: one.path})}</figcaption>
            <ul dir="ltr">{one.lines.map((line, i) => <Line key={i} line={line} />)}</ul>
          </figure>
        </details>))}
      {owners.map((owner) => (
        <details key={owner}>
          <summary>{t("links.task_for", {owner})}</summary>
          <ul class="lines">
            {patch.tasks.filter((one) => one.owner === owner).map((one, i) => (
              <li key={i}><div><code>{one.path}:{one.line}</code> <p>{sentence(one.reason)}</p></div></li>))}
          </ul>
        </details>))}
    </>
  );
}
