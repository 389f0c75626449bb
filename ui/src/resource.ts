// What the server holds, by a key: shown from memory at once, asked for again when a screen opens,
// when the window comes back, and when the server says that it changed.
import {useSignal} from "@preact/signals";
import {signal, type Signal} from "@preact/signals";
import {useEffect, useMemo} from "preact/hooks";
import {ApiError} from "./api";

export interface Resource<T> {
  value: Signal<T | undefined>;
  error: Signal<ApiError | undefined>;
  // Asks again; resolves when the answer is there. Several at once are one.
  refresh(): Promise<void>;
}

interface Kept extends Resource<unknown> {
  users: number;
}

const all = new Map<string, Kept>();

function make(fetcher: () => Promise<unknown>): Kept {
  const value = signal<unknown>(undefined);
  const error = signal<ApiError | undefined>(undefined);
  let running: Promise<void> | undefined;
  let again = false;
  const once = async () => {
    try {
      const next = await fetcher();
      const before = value.peek();
      if (before === undefined || JSON.stringify(next) !== JSON.stringify(before))
        value.value = next;
      error.value = undefined;
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      error.value = problem;
    }
  };
  const run = async () => {
    do {
      again = false;
      await once();
    } while (again);
    running = undefined;
  };
  return {value, error, users: 0, refresh() {
    // What began before the change may not have seen it.
    if (running !== undefined) again = true;
    running ??= run();
    return running;
  }};
}

export function resource<T>(key: string, fetcher: () => Promise<T>): Resource<T> {
  let found = all.get(key);
  if (found === undefined) {
    found = make(fetcher);
    all.set(key, found);
  }
  return found as unknown as Resource<T>;
}

export function useResource<T>(key: string, fetcher: () => Promise<T>): Resource<T> {
  const found = useMemo(() => resource(key, fetcher), [key]);
  useEffect(() => {
    const kept = found as unknown as Kept;
    kept.users += 1;
    // What changed before this effect ran may have made it forgotten: it is told of the next change.
    all.set(key, kept);
    void found.refresh();
    return () => {
      kept.users -= 1;
    };
  }, [found]);
  return found;
}

// Forgets or asks again for whatever begins with one of these: "drafts" also means "drafts/7".
export function invalidate(...stems: string[]): void {
  for (const [key, one] of all) {
    if (!stems.some((stem) => key === stem || key.startsWith(`${stem}/`))) continue;
    if (one.users > 0) void one.refresh();
    else all.delete(key);
  }
}

export function invalidate_all(): void {
  for (const [key, one] of all) {
    if (one.users > 0) void one.refresh();
    else all.delete(key);
  }
}

// An act of a person: one at a time, and what went wrong stays beside its button.
export function useAct(): {
  busy: boolean;
  error: ApiError | undefined;
  run: (act: () => Promise<void>) => Promise<boolean>;
  clear: () => void;
} {
  const busy = useSignal(false);
  const error = useSignal<ApiError | undefined>(undefined);
  return {
    busy: busy.value,
    error: error.value,
    clear: () => {
      error.value = undefined;
    },
    run: async (act) => {
      if (busy.peek()) return false;
      busy.value = true;
      error.value = undefined;
      try {
        await act();
        return true;
      } catch (problem) {
        if (!(problem instanceof ApiError)) throw problem;
        error.value = problem;
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
