import {useSignal} from "@preact/signals";
import {useEffect, useMemo} from "preact/hooks";
import {ApiError, call} from "../api";
import {Acts, ask, save} from "../compose/acts";
import {Composer} from "../compose/composer";
import {Conflict} from "../compose/conflict";
import {Editor} from "../compose/editor";
import {Channels, Link, Mentions, More, Poll, Schedule, Title, Warning} from "../compose/fields";
import {Pictures} from "../compose/pictures";
import {Checks, Preview} from "../compose/preview";
import {History, Standing} from "../compose/story";
import {last_change} from "../events";
import {Skeleton} from "../parts/loading";
import {Problem} from "../parts/problem";
import {name_window} from "../router";
import type {ScreenProps} from "../routes";
import {t} from "../words";

// Ctrl+S saves, Ctrl+Enter goes one step on, Alt+1 to 9 opens a tab.
function useKeys(composer: Composer, run: (act: () => Promise<unknown>) => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (document.querySelector("dialog[open]")) return;
      const control = event.ctrlKey || event.metaKey;
      const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
      if (control && event.key === "s") run(() => save(composer));
      else if (control && event.key === "Enter") run(() => ask(composer));
      else if (event.altKey && digit !== undefined)
        composer.tab.value = ["", ...composer.chosen.peek().map((one) => one.name)][
          Number(digit) - 1] ?? composer.tab.peek();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [composer]);
}

const look_ms = 20_000;

async function look_again(composer: Composer): Promise<void> {
  const id = composer.id.peek();
  if (id === "" || composer.state.peek() === "saving") return;
  try {
    composer.take(await call("GET", "/drafts/{id}", {id}));
  } catch (problem) {
    // Whatever is wrong is said when somebody does something.
    if (!(problem instanceof ApiError)) throw problem;
  }
}

// Looks again when the server says that this draft changed; and now and then, since what others
// only type is told by no event.
function useChanges(composer: Composer): void {
  const change = last_change.value;
  useEffect(() => {
    if (change?.subject === composer.id.peek()) void look_again(composer);
  }, [change]);
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (document.visibilityState === "visible") void look_again(composer);
    }, look_ms);
    return () => window.clearInterval(timer);
  }, [composer]);
}

// Counts up to `last`, one a task: what is drawn all at once keeps a slow phone from answering.
function useStage(last: number): number {
  const stage = useSignal(0);
  const now = stage.value;
  useEffect(() => {
    if (now >= last) return;
    const timer = window.setTimeout(() => stage.value = now + 1);
    return () => window.clearTimeout(timer);
  }, [now]);
  return now;
}

function Desk({composer}: {composer: Composer}) {
  const error = useSignal<ApiError | undefined>(undefined);
  useKeys(composer, (act) => {
    error.value = undefined;
    act().catch((problem: unknown) => {
      if (!(problem instanceof ApiError)) throw problem;
      error.value = problem;
    });
  });
  useChanges(composer);
  const stage = useStage(3);
  const fixed = composer.view.value && !composer.view.value.may.change;
  return (
    <>
      <Acts composer={composer} error={error} />
      <Conflict composer={composer} />
      {fixed && <p class="banner">{t("draft.fixed")}</p>}
      <div class="desk">
        <div class="desk-main">
          <Title composer={composer} />
          <Link composer={composer} />
          <Warning composer={composer} />
          <Poll composer={composer} />
          <Editor composer={composer} />
          {stage > 0 && (
            <>
              <Pictures composer={composer} />
              <Mentions composer={composer} />
              <Channels composer={composer} />
              <More composer={composer} />
            </>)}
        </div>
        <div class="desk-side">
          {stage > 1 && (
            <>
              <Standing composer={composer} />
              <Checks composer={composer} />
              <Preview composer={composer} />
            </>)}
          {stage > 2 && (
            <>
              <Schedule composer={composer} />
              <History composer={composer} />
            </>)}
        </div>
      </div>
    </>
  );
}

export default function DraftScreen({params}: ScreenProps) {
  const id = params["id"] === "new" ? "" : params["id"] ?? "";
  const composer = useMemo(() => new Composer(), [id]);
  const ready = useSignal(false);
  const error = useSignal<ApiError | undefined>(undefined);
  const load = async () => {
    error.value = undefined;
    try {
      const [channels, view] = await Promise.all([call("GET", "/channels", {}),
        id === "" ? undefined : call("GET", "/drafts/{id}", {id})]);
      composer.start(view, channels);
      ready.value = true;
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      error.value = problem;
    }
  };
  useEffect(() => {
    void load();
    return () => composer.stop();
  }, [composer]);
  const title = composer.view.value?.title;
  useEffect(() => {
    if (title) name_window(title);
  }, [title]);
  return (
    <>
      <header class="screen-head">
        <h1 tabIndex={-1} dir="auto">{title || t("draft.new")}</h1>
      </header>
      <Problem error={error.value} retry={() => void load()} />
      {ready.value ? <Desk composer={composer} /> : !error.value && <Skeleton lines={8} />}
    </>
  );
}
