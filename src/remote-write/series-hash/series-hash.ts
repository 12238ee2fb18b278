import type { Label } from '../time-series.ts';

/** About 15 MB in addition to the strings. A scan has far fewer distinct labels than series. */
const MAX_CACHED_LABELS = 100_000;

const MULTIPLIER_HIGH = 0x85eb_ca6b;
const MULTIPLIER_LOW = 0xc2b2_ae35;

/**
 * A 64-bit hash of a label set as two 32-bit halves. It is the same in every process, so it can be stored in
 * a file. It does not protect against intentional collisions.
 *
 * Every step is a bijection of the 64 bits, so sets that differ in one label collide only if the hashes of
 * those labels do. By the birthday bound, n sets contain a collision with a probability of about n² / 2⁶⁵: 1 in
 * 37 million for a million series, 1 in 1.5 million for five million.
 */
export class SeriesHasher {
  /** Halves of the last hash, from 0 to 2³² - 1. */
  high = 0;
  low = 0;

  readonly #cache: LabelHashes;
  /** Labels of the previous series, which shares most of them with the next one. */
  readonly #before: KnownLabel[] = [];

  constructor(maxCachedLabels: number = MAX_CACHED_LABELS) {
    this.#cache = new LabelHashes(maxCachedLabels);
  }

  /** Sets `high` and `low`. Labels must be sorted and valid Unicode. */
  hash(labels: readonly Label[]): void {
    let high = labels.length;
    let low = 0;
    let index = 0;
    for (const { name, value } of labels) {
      let label = this.#before[index];
      if (label === undefined || label.value !== value || label.name !== name) {
        label = this.#cache.get(name, value, label);
        this.#before[index] = label;
      }
      high = (Math.imul(rotate(high ^ label.high, 13), MULTIPLIER_HIGH) + low) | 0;
      low = (Math.imul(rotate(low ^ label.low, 17), MULTIPLIER_LOW) + high) | 0;
      index++;
    }
    high = finish(high);
    low = finish((low + high) | 0);
    this.high = (high + low) >>> 0;
    this.low = low >>> 0;
  }
}

interface Halves {
  readonly high: number;
  readonly low: number;
}

interface KnownLabel extends Label, Halves {
  /** Hashes of labels with the same name, by value. */
  readonly siblings: Map<string, KnownLabel>;
}

/** Cached label hashes, because labels recur in thousands of series. */
class LabelHashes {
  readonly #maxLabels: number;
  readonly #byName = new Map<string, { readonly seed: Halves; values: Map<string, KnownLabel> }>();
  #size = 0;

  constructor(maxLabels: number) {
    this.#maxLabels = maxLabels;
  }

  /** @param before Label of the previous series at the same position, mostly with the same name. */
  get(name: string, value: string, before?: KnownLabel): KnownLabel {
    const values = before?.name === name ? before.siblings : this.#byName.get(name)?.values;
    return values?.get(value) ?? this.#add(name, value);
  }

  #add(name: string, value: string): KnownLabel {
    if (this.#size >= this.#maxLabels) this.#clear();
    let ofName = this.#byName.get(name);
    if (ofName === undefined) {
      ofName = { seed: hashText(name, { high: 0, low: 0 }), values: new Map() };
      this.#byName.set(name, ofName);
    }
    const { high, low } = hashText(value, ofName.seed);
    const label = { name, value, high, low, siblings: ofName.values };
    ofName.values.set(value, label);
    this.#size++;
    return label;
  }

  #clear(): void {
    this.#byName.clear();
    this.#size = 0;
  }
}

/** Includes the length, so that (`ab`, `c`) and (`a`, `bc`) differ. */
function hashText(text: string, seed: Halves): Halves {
  let high = seed.high ^ text.length;
  let low = seed.low;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = (Math.imul(rotate(high ^ unit, 13), MULTIPLIER_HIGH) + low) | 0;
    low = (Math.imul(rotate(low ^ unit, 17), MULTIPLIER_LOW) + high) | 0;
  }
  high = finish(high);
  low = finish((low + high) | 0);
  return { high: (high + low) | 0, low };
}

function rotate(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}

/** Mixes every bit into every other one. */
function finish(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), MULTIPLIER_HIGH);
  mixed = Math.imul(mixed ^ (mixed >>> 13), MULTIPLIER_LOW);
  return mixed ^ (mixed >>> 16);
}
