// The state of one draft that is being written: what is typed, what is saved, and how the server
// shows it.
import {batch, computed, effect, signal, type ReadonlySignal} from "@preact/signals";
import {ApiError, call, session, type Reply} from "../api";
import {note} from "../live";
import {invalidate} from "../resource";
import {t} from "../words";
import {chosen, empty_content, is_same, post_file, read_post_file, source_of, typed, type Channel,
  type Content, type View} from "./content";

export type Shown = Reply<"POST", "/previews">[number];

// A preview, and the text of each channel it was made of.
export interface Measured {
  shown: Shown;
  source: string;
}

// What the browser keeps until the server has it.
interface Kept {
  base: number;
  at: number;
  content: Content;
}

const preview_ms = 250;
const copy_ms = 1000;

function kept_under(id: string): string {
  return `carillon.draft.${session.peek()?.name ?? ""}.${id === "" ? "new" : id}`;
}

function read_kept(id: string): Kept | undefined {
  const text = localStorage.getItem(kept_under(id));
  if (text === null) return undefined;
  const found = JSON.parse(text) as Kept;
  return {...found, content: {...empty_content(), ...found.content}};
}

// What is typed now, with what the server made of the fields that were sent: a slug of the title.
function with_made(now: Content, sent: Content, made: Content): Content {
  const same = (key: keyof Content) => JSON.stringify(now[key]) === JSON.stringify(sent[key]);
  const keys = (Object.keys(made) as Array<keyof Content>)
    .filter((key) => key !== "body" && key !== "texts" && same(key));
  return {...now, ...Object.fromEntries(keys.map((key) => [key, made[key]]))};
}

// What this person typed and did not save, on the server.
function copy_of(view: View | undefined): Kept | undefined {
  const own = view?.copies.find((one) => one.own);
  const content = own && read_post_file(own.text);
  return content && {base: own.based_on, at: Date.parse(own.at), content};
}

export class Composer {
  readonly id = signal("");
  readonly base = signal(0);  // the revision that is being changed; 0: none yet
  readonly view = signal<View | undefined>(undefined);
  readonly content = signal<Content>(empty_content());
  readonly saved = signal<Content>(empty_content());
  readonly channels = signal<Channel[]>([]);
  readonly tab = signal("");  // a channel; empty: the shared text
  readonly measured = signal<ReadonlyMap<string, Measured>>(new Map());
  readonly preview_error = signal<ApiError | undefined>(undefined);
  // saved: a revision; copied: typed, and the server has it; kept: typed, and the browser has it.
  readonly state = signal<"saved" | "saving" | "copied" | "kept" | "lost">("saved");
  readonly saved_at = signal(0);
  // Somebody saved a revision meanwhile: theirs, beside ours.
  readonly conflict = signal<View | undefined>(undefined);
  // Both texts are shown: somebody tried to save, or wants to see them. Before that a line says it.
  readonly compares = signal(false);

  // One field each, so that a key in the text draws nothing but what shows the text.
  private readonly fields = new Map<keyof Content, ReadonlySignal<unknown>>();
  readonly dirty = computed(() => !is_same(this.content.value, this.saved.value));
  readonly chosen = computed(() => chosen(this.field("channels").value, this.channels.value));
  readonly unwritten = computed(() => this.content.value.body.trim() === "");

  private timer = 0;
  private copy_timer = 0;
  private copied = "";  // the text the server keeps for this person
  private asked = 0;
  private stops: Array<() => void> = [];

  field<K extends keyof Content>(key: K): ReadonlySignal<Content[K]> {
    let found = this.fields.get(key);
    if (!found) {
      found = computed(() => this.content.value[key]);
      this.fields.set(key, found);
    }
    return found as ReadonlySignal<Content[K]>;
  }

  start(view: View | undefined, channels: Channel[]): void {
    batch(() => {
      this.channels.value = channels;
      if (view) this.take(view);
      this.restore();
    });
    this.stops = [effect(() => this.keep()), effect(() => this.plan_preview()),
      effect(() => this.plan_copy())];
  }

  stop(): void {
    for (const one of this.stops) one();
    window.clearTimeout(this.timer);
    window.clearTimeout(this.copy_timer);
  }

  change(change: Partial<Content>): void {
    this.content.value = {...this.content.peek(), ...change};
  }

  // The text of the tab. In a channel's tab it becomes that channel's own.
  type(text: string): void {
    const content = this.content.peek();
    const channel = this.channels.peek().find((one) => one.name === this.tab.peek());
    if (!channel) {
      this.change({body: text});
      return;
    }
    const forks = content.texts[channel.name] === undefined;
    if (forks && text === source_of(content, channel)) return;
    this.change({texts: {...content.texts, [channel.name]: text}});
    if (forks) note(t("fork.done", {channel: channel.name}), () => this.unfork(channel.name));
  }

  unfork(channel: string): void {
    const {[channel]: gone, ...texts} = this.content.peek().texts;
    this.change({texts});
    if (gone !== undefined && gone !== this.content.peek().body)
      note(t("fork.undone", {channel}), () => this.change({
        texts: {...this.content.peek().texts, [channel]: gone}}));
  }

  // A view that the server has given. What is typed stays, unless there is nothing of it.
  take(view: View): void {
    batch(() => {
      const untouched = !this.dirty.peek();
      const same = is_same(this.content.peek(), view.content);
      this.id.value = view.id;
      this.view.value = view;
      if (untouched || same || view.revision === this.base.peek()) {
        this.base.value = view.revision;
        this.saved.value = view.content;
        if (untouched && !same) this.content.value = typed(view.content);
      } else {
        this.conflict.value = view;
      }
    });
  }

  private restore(): void {
    const copy = copy_of(this.view.peek());
    const here = read_kept(this.id.peek());
    const kept = copy && (here?.at ?? 0) < copy.at ? copy : here;
    if (copy) this.copied = post_file(copy.content);
    if (!kept || is_same(kept.content, this.content.peek())) return;
    const before = this.content.peek();
    const view = this.view.peek();
    this.content.value = kept.content;
    if (view && kept.base < view.revision) {
      this.base.value = kept.base;
      this.conflict.value = view;
      this.compares.value = true;
      return;
    }
    note(t("draft.restored"), () => this.content.value = before);
  }

  private keep(): void {
    const content = this.content.value;
    const key = kept_under(this.id.value);
    if (!this.dirty.value) {
      localStorage.removeItem(key);
      if (this.state.peek() !== "saving") this.state.value = "saved";
      return;
    }
    const kept: Kept = {base: this.base.value, at: Date.now(), content};
    try {
      localStorage.setItem(key, JSON.stringify(kept));
      if (this.state.peek() !== "saving") this.state.value = "kept";
    } catch {
      this.state.value = "lost";  // no room, or the browser keeps nothing
    }
  }

  // A second after the last key the server gets what was typed, as a copy beside the draft.
  private plan_copy(): void {
    const text = this.dirty.value ? post_file(this.content.value) : "";
    window.clearTimeout(this.copy_timer);
    if (this.id.value === "" || text === this.copied || this.conflict.value) return;
    this.copy_timer = window.setTimeout(() => void this.send_copy(text), copy_ms);
  }

  private async send_copy(text: string): Promise<void> {
    if (this.state.peek() === "saving") return;
    try {
      await call("PUT", "/drafts/{id}/copy",
        {id: this.id.peek(), based_on: this.base.peek(), text});
      this.copied = text;
      if (text !== "" && this.state.peek() === "kept" && post_file(this.content.peek()) === text)
        this.state.value = "copied";
    } catch (problem) {
      // The browser has it; the next key or the next save tries again.
      if (!(problem instanceof ApiError)) throw problem;
    }
  }

  private plan_preview(): void {
    void this.content.value;
    void this.channels.value;
    window.clearTimeout(this.timer);
    const wait = this.measured.peek().size === 0 ? 0 : preview_ms;
    this.timer = window.setTimeout(() => void this.ask_preview(), wait);
  }

  private async ask_preview(): Promise<void> {
    const content = this.content.peek();
    const mine = ++this.asked;
    const unwritten = content.body.trim() === "";
    try {
      // A post without a text is none; a dot shows what each channel allows.
      const all = await call("POST", "/previews",
        {text: post_file(unwritten ? {...content, body: "."} : {...content, at: ""})});
      if (mine !== this.asked) return;
      const next = new Map<string, Measured>();
      for (const shown of all) {
        const channel = this.channels.peek().find((one) => one.name === shown.channel);
        if (!channel) continue;
        const source = source_of(content, channel);
        next.set(shown.channel, {shown, source: unwritten && source === "" ? "." : source});
      }
      batch(() => {
        this.measured.value = next;
        this.preview_error.value = undefined;
      });
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      if (mine === this.asked) this.preview_error.value = problem;
    }
  }

  // Saves a revision. False: somebody else did meanwhile, and theirs is in `conflict`.
  async save(): Promise<boolean> {
    if (this.state.peek() === "saving") return false;
    const content = this.content.peek();
    const id = this.id.peek();
    this.state.value = "saving";
    try {
      const view = await call("POST", "/drafts", id === "" ? {text: post_file(content)}
        : {id, based_on: this.base.peek(), text: post_file(content)});
      if (id === "") {
        localStorage.removeItem(kept_under(""));
        history.replaceState(null, "", `/app/draft/${view.id}`);
      }
      this.copied = "";  // a revision takes the place of the copy
      batch(() => {
        this.id.value = view.id;
        this.view.value = view;
        this.base.value = view.revision;
        this.saved.value = view.content;
        this.content.value = with_made(this.content.peek(), content, view.content);
        this.saved_at.value = Date.now();
        this.settle();
      });
      invalidate("drafts", "today");
      return true;
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.status !== 409 || id === "") throw problem;
      this.conflict.value = await call("GET", "/drafts/{id}", {id});
      this.compares.value = true;
      return false;
    } finally {
      this.state.value = this.dirty.peek() ? "kept" : "saved";
    }
  }

  keep_mine(): void {
    const theirs = this.conflict.peek();
    if (!theirs) return;
    batch(() => {
      this.view.value = theirs;
      this.base.value = theirs.revision;
      this.saved.value = theirs.content;
      this.settle();
    });
  }

  private settle(): void {
    this.conflict.value = undefined;
    this.compares.value = false;
  }

  take_theirs(): void {
    const theirs = this.conflict.peek();
    const mine = this.content.peek();
    if (!theirs) return;
    batch(() => {
      this.view.value = theirs;
      this.base.value = theirs.revision;
      this.saved.value = theirs.content;
      this.content.value = typed(theirs.content);
      this.settle();
    });
    note(t("conflict.taken"), () => this.content.value = mine);
  }
}
