// What is made when it is first needed, and kept: the browser's formats read large tables, which
// would be waited for at the start.
export function once<T>(make: () => T): () => T {
  let kept: T | undefined;
  return () => kept ??= make();
}

// The same, one for each key.
export function once_for<T>(make: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>();
  return (key) => {
    let found = kept.get(key);
    if (found === undefined) {
      found = make(key);
      kept.set(key, found);
    }
    return found;
  };
}
