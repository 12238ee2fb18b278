import type { Label } from './series.ts';

/** Cuts label values to what receivers take, and counts how often it had to. */
export class LabelValueLimiter {
  readonly #maxValueBytes: number;
  #truncated = 0;

  /** @param maxValueBytes UTF-8 bytes; Mimir refuses more than 2048, VictoriaMetrics drops past 4096. */
  constructor(maxValueBytes: number) {
    this.#maxValueBytes = maxValueBytes;
  }

  get truncated(): number {
    return this.#truncated;
  }

  /** A value that any receiver takes: valid Unicode, and cut between two characters if too long. */
  clean(value: string): string {
    const valid = value.isWellFormed() ? value : value.toWellFormed();
    // No UTF-16 unit takes more than three bytes in UTF-8.
    if (valid.length * 3 <= this.#maxValueBytes) return valid;
    const bytes = Buffer.from(valid, 'utf8');
    if (bytes.length <= this.#maxValueBytes) return valid;
    this.#truncated++;
    return bytes.toString('utf8', 0, characterBoundary(bytes, this.#maxValueBytes));
  }
}

/** The last boundary at or before `end`: UTF-8 continuation bytes are 10xxxxxx. */
function characterBoundary(bytes: Buffer, end: number): number {
  let boundary = end;
  while (boundary > 0 && ((bytes[boundary] ?? 0) & 0b1100_0000) === 0b1000_0000) boundary--;
  return boundary;
}

/** Sorts by the UTF-8 bytes of the names, as remote write demands: upper case before `_`. */
export function sortLabelNames<Name extends string>(names: readonly Name[]): Name[] {
  return names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Identifies a label set. Label values hold no NUL in practice; if one did, sets could only merge. */
export function labelSetKey(labels: readonly Label[]): string {
  let key = '';
  for (const { name, value } of labels) key += `${name}\0${value}\0`;
  return key;
}
