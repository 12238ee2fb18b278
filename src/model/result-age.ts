/** Times that tell which of two results is newer. Each may be unknown. */
export interface ResultAge {
  /** When the scan ran, as the result states it, in milliseconds since the Unix epoch. */
  readonly scannedAtMs?: number | undefined;
  /** When the API object was created, in milliseconds since the Unix epoch. */
  readonly createdAtMs?: number | undefined;
  /** Counts the changes of the API object since then. */
  readonly revision?: number | undefined;
}

/** Positive if `a` is newer than `b`, 0 if neither is known to be newer. A known time is newer than none. */
export function compareAges(a: ResultAge, b: ResultAge): number {
  return difference(timeOf(a), timeOf(b)) || difference(a.revision ?? 0, b.revision ?? 0);
}

/** Without times, the last one of the newest results. */
export function newestOf<Result extends { readonly age: ResultAge }>(
  results: readonly Result[],
): Result | undefined {
  let newest: Result | undefined;
  for (const result of results) {
    if (newest === undefined || compareAges(result.age, newest.age) >= 0) newest = result;
  }
  return newest;
}

/** A scan date is better than a creation date: a new scan keeps the date of the object it updates. */
function timeOf({ scannedAtMs, createdAtMs }: ResultAge): number {
  return scannedAtMs ?? createdAtMs ?? Number.NEGATIVE_INFINITY;
}

function difference(a: number, b: number): number {
  return a === b ? 0 : Math.sign(a - b);
}
