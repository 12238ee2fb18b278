import type { Label } from './series.ts';

/** Truncates label values to a length that receivers accept, and counts the truncated ones. */
export class LabelValueLimiter {
  readonly #maxValueBytes: number;
  #truncated = 0;
  #repaired = 0;

  /** @param maxValueBytes UTF-8 bytes. Mimir rejects more than 2048, VictoriaMetrics drops more than 4096. */
  constructor(maxValueBytes: number) {
    this.#maxValueBytes = maxValueBytes;
  }

  get truncated(): number {
    return this.#truncated;
  }

  /**
   * Number of values that were truncated or were not valid Unicode. Different values can become equal in
   * this way.
   */
  get changed(): number {
    return this.#truncated + this.#repaired;
  }

  /** Returns valid Unicode, truncated between two characters. */
  clean(value: string): string {
    const isValid = value.isWellFormed();
    const valid = isValid ? value : value.toWellFormed();
    if (!isValid) this.#repaired++;
    // A UTF-16 unit takes at most three bytes in UTF-8.
    if (valid.length * 3 <= this.#maxValueBytes) return valid;
    const bytes = Buffer.from(valid, 'utf8');
    if (bytes.length <= this.#maxValueBytes) return valid;
    this.#truncated++;
    return bytes.toString('utf8', 0, characterBoundary(bytes, this.#maxValueBytes));
  }
}

/** Last character boundary at or before `end`. UTF-8 continuation bytes are 10xxxxxx. */
function characterBoundary(bytes: Buffer, end: number): number {
  let boundary = end;
  while (boundary > 0 && ((bytes[boundary] ?? 0) & 0b1100_0000) === 0b1000_0000) boundary--;
  return boundary;
}

/** Sorts by the UTF-8 bytes of the names, as remote write requires: upper case before `_`. */
export function sortLabelNames<Name extends string>(names: readonly Name[]): Name[] {
  return names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/**
 * Returns the key of a label set. It contains the lengths of the values, because values may contain
 * separators.
 */
export function labelSetKey(labels: readonly Label[]): string {
  let key = '';
  for (const { name, value } of labels) key += `${name}=${value.length}:${value}`;
  return key;
}
