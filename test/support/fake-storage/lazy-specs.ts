import type { StorageObject } from './stored-object.ts';

/** Number of earlier specs kept for readers that repeat a request or ask slightly out of order. */
const KEPT = 16;

/**
 * Reads specs of objects that are generated in order and not stored. Reading in order is cheap. Going
 * back restarts from the first object.
 */
export class LazySpecs {
  readonly #open: () => Iterable<StorageObject>;
  readonly #recent = new Map<number, string>();
  #objects: Iterator<StorageObject> | undefined;
  #next = 0;

  constructor(open: () => Iterable<StorageObject>) {
    this.#open = open;
  }

  /** JSON of the spec of the object at this position. */
  at(index: number): string {
    const known = this.#recent.get(index);
    if (known !== undefined) return known;
    if (this.#objects === undefined || index < this.#next) this.#restart();
    while (this.#next < index) this.#skip();
    return this.#keep(index, JSON.stringify(this.#skip().spec));
  }

  #restart(): void {
    this.#objects = this.#open()[Symbol.iterator]();
    this.#next = 0;
  }

  #skip(): StorageObject {
    const next = this.#objects?.next();
    if (next === undefined || next.done === true) {
      throw new RangeError(`object ${this.#next} does not exist`);
    }
    this.#next++;
    return next.value;
  }

  #keep(index: number, spec: string): string {
    this.#recent.set(index, spec);
    for (const old of this.#recent.keys()) {
      if (this.#recent.size <= KEPT) break;
      this.#recent.delete(old);
    }
    return spec;
  }
}
