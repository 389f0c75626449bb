import {useSignal} from "@preact/signals";
import {call, type Reply} from "../api";
import {Field} from "../parts/field";
import {Problem} from "../parts/problem";
import {Moment} from "../parts/time";
import {useAct} from "../resource";
import {go, place} from "../router";
import {t, tn} from "../words";

type Found = Reply<"GET", "/archive/posts">;

const quoted = /"[^"]+"|\S+/g;

// The posts that were imported from platforms, by their words.
export function ArchiveSearch() {
  const words = useSignal(new URLSearchParams(place.value.query).get("words") ?? "");
  const found = useSignal<Found | undefined>(undefined);
  const looking = useAct();
  const search = (event: Event) => {
    event.preventDefault();
    const all = words.value.match(quoted) ?? [];
    if (all.length === 0) return;
    go(`/app/retire?words=${encodeURIComponent(words.value)}`, true);
    void looking.run(async () => {
      found.value = await call("GET", "/archive/posts", {words: all});
    });
  };
  return (
    <>
      <form onSubmit={search} class="archive-form" role="search">
        <Field label={t("archive.words")} hint={t("archive.words_more")}>
          {({id, described}) => (
            <input id={id} type="search" value={words.value} aria-describedby={described} dir="auto"
                   onInput={(event) => words.value = event.currentTarget.value} />)}
        </Field>
        <button type="submit" class="first" disabled={looking.busy}>{t("archive.search")}</button>
      </form>
      <Problem error={looking.error} />
      {found.value && <p role="status" class="note-text">{found.value.length === 0
        ? t("archive.nothing") : tn("archive.count", found.value.length)}</p>}
      <ul class="lines">
        {found.value?.map((one) => (
          <li key={`${one.account} ${one.id}`}>
            <div><p class="prose" dir="auto">{one.text}</p>
              <p class="row-head"><span>{one.account}</span><Moment iso={one.at} />
                {one.address !== "" && <a href={one.address} rel="noreferrer">{t("archive.there")}</a>}
                {one.path !== "" && <a href={`/past/${one.path.replace(/^\/?(past\/)?/, "")}`} target="_blank"
                   rel="noopener">{t("archive.here")}</a>}</p></div>
          </li>))}
      </ul>
    </>
  );
}
