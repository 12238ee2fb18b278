/** Enough for most scans, which have far fewer distinct label values than series. */
const MAX_ENTRIES = 10_000;

/** Caches the results of a pure function. Clears the cache when it is full. */
export function memoize<Value>(compute: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, { readonly value: Value }>();
  return (text) => {
    let entry = known.get(text);
    if (entry === undefined) {
      if (known.size === MAX_ENTRIES) known.clear();
      entry = { value: compute(text) };
      known.set(text, entry);
    }
    return entry.value;
  };
}
