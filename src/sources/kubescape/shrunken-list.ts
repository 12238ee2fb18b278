/** Shorter lists than this come and go with a few deployments. */
const MIN_BELIEVED = 10;

/**
 * Whether a list is too short to be believed. The server answers an error of its database with an
 * empty list and 200 (storage `pkg/registry/file/storage.go`), so one that suddenly has less than
 * half of what it had is taken for a failure, once: if the next run finds the same, it is true.
 *
 * @param before Objects in the list of the last run; `undefined` if there was none.
 */
export function isShrunken(now: number, before: number | undefined): boolean {
  if (before === undefined || before === 0) return false;
  return now === 0 || (before >= MIN_BELIEVED && now < before / 2);
}
