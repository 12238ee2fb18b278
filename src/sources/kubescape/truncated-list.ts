/** Ordinary changes to a cluster can halve a shorter list. */
const MIN_OBJECTS = 10;

/**
 * Whether a list is implausibly short: empty, or less than half as long as in the last run. After a
 * database error, the server answers 200 with an empty list (storage `pkg/registry/file/storage.go`).
 *
 * @param before Number of objects in the last run; `undefined` on the first run.
 */
export function isLikelyTruncated(now: number, before: number | undefined): boolean {
  if (before === undefined || before === 0) return false;
  return now === 0 || (before >= MIN_OBJECTS && now < before / 2);
}
