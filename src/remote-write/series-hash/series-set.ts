/** Parts grow one at a time, so that only a small part of the set exists twice while it grows. */
const PARTS = 64;
const MIN_SLOTS = 16;
const MAX_LOAD = 0.7;
/** Small growth steps keep each part at least half full. */
const GROWTH = 4 / 3;
const TWO_TO_32 = 2 ** 32;

/**
 * A set of 64-bit series hashes with 8 bytes per slot. With more than a thousand series, it takes 11.4 to 15.3
 * bytes per series, even while it grows. A `Set` of strings takes over 100.
 */
export class SeriesSet {
  readonly #parts: Part[] = Array.from({ length: PARTS }, () => new Part());
  #size = 0;
  /** Whether the set has the hash 0, which marks a free slot. */
  #hasZero = false;

  get size(): number {
    return this.#size;
  }

  /** Size of the slots in bytes. */
  get byteLength(): number {
    return this.#parts.reduce((sum, part) => sum + part.byteLength, 0);
  }

  /** Halves range from 0 to 2³² - 1. Returns false if the set already has the hash. */
  add(high: number, low: number): boolean {
    const added = high === 0 && low === 0 ? this.#addZero() : this.#partOf(low)?.add(high, low);
    if (added !== true) return false;
    this.#size++;
    return true;
  }

  has(high: number, low: number): boolean {
    if (high === 0 && low === 0) return this.#hasZero;
    return this.#partOf(low)?.has(high, low) ?? false;
  }

  #partOf(low: number): Part | undefined {
    return this.#parts[low % PARTS];
  }

  #addZero(): boolean {
    const added = !this.#hasZero;
    this.#hasZero = true;
    return added;
  }
}

/** Open addressing with linear probing. Slots are pairs of high and low halves. */
class Part {
  #slots = new Uint32Array(2 * MIN_SLOTS);
  #used = 0;

  get byteLength(): number {
    return this.#slots.byteLength;
  }

  has(high: number, low: number): boolean {
    const index = this.#find(high, low);
    return this.#slots[index] === high && this.#slots[index + 1] === low;
  }

  add(high: number, low: number): boolean {
    const index = this.#find(high, low);
    if (this.#slots[index] === high && this.#slots[index + 1] === low) return false;
    this.#slots[index] = high;
    this.#slots[index + 1] = low;
    this.#used++;
    if (this.#used > (this.#slots.length / 2) * MAX_LOAD) this.#grow();
    return true;
  }

  /** Returns the index of the hash, or of the free slot for it. */
  #find(high: number, low: number): number {
    const slots = this.#slots;
    let index = 2 * Math.floor((high / TWO_TO_32) * (slots.length / 2));
    for (;;) {
      const there = slots[index];
      const isFree = there === 0 && slots[index + 1] === 0;
      if (isFree || (there === high && slots[index + 1] === low)) return index;
      index += 2;
      if (index === slots.length) index = 0;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * Math.ceil((old.length / 2) * GROWTH));
    for (let index = 0; index < old.length; index += 2) {
      const high = old[index] ?? 0;
      const low = old[index + 1] ?? 0;
      if (high === 0 && low === 0) continue;
      const place = this.#find(high, low);
      this.#slots[place] = high;
      this.#slots[place + 1] = low;
    }
  }
}
