import {useEffect, useRef} from "preact/hooks";
import {t} from "../words";
import type {Composer} from "./composer";
import type {Content} from "./content";

function Side({title, content}: {title: string; content: Content}) {
  return (
    <div class="side">
      <h3>{title}</h3>
      <p dir="auto"><strong>{content.title}</strong></p>
      <p class="prose" dir="auto">{content.body}</p>
      {Object.entries(content.texts).map(([channel, text]) => (
        <div key={channel}><h4>{channel}</h4><p class="prose" dir="auto">{text}</p></div>))}
    </div>
  );
}

// Two people saved: both texts, and nothing is lost whichever goes on.
export function Conflict({composer}: {composer: Composer}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const theirs = composer.conflict.value;
  const compares = composer.compares.value;
  useEffect(() => heading.current?.focus(), [compares]);
  if (!theirs) return null;
  // Whoever is typing is not pushed aside.
  if (!compares) return (
    <p class="banner" role="status">{t("conflict.title", {who: theirs.by, n: theirs.revision})}{" "}
      <button type="button" onClick={() => composer.compares.value = true}>
        {t("conflict.show")}</button></p>);
  return (
    <section class="card conflict" aria-label={t("conflict")}>
      <h2 tabIndex={-1} ref={heading}>
        {t("conflict.title", {who: theirs.by, n: theirs.revision})}</h2>
      <p>{t("conflict.text")}</p>
      <div class="sides">
        <Side title={t("conflict.mine")} content={composer.content.value} />
        <Side title={t("conflict.theirs", {who: theirs.by})} content={theirs.content} />
      </div>
      <p class="acts">
        <button type="button" class="first" onClick={() => composer.keep_mine()}>
          {t("conflict.keep")}</button>
        <button type="button" onClick={() => composer.take_theirs()}>{t("conflict.take")}</button>
      </p>
    </section>
  );
}
