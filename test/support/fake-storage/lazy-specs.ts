import type { StorageObject } from './stored-object.ts';

/** How many specs before the current one are kept, for readers that ask twice or slightly out of order. */
const KEPT = 16;

/**
 * Reads specs of objects that are made up one after the other and never kept. Asking in order is
 * cheap; going back starts over from the first object.
 */
export class LazySpecs {
  readonly #open: () => Iterable<StorageObject>;
  readonly #recent = new Map<number, string>();
  #objects: Iterator<StorageObject> | undefined;
  #next = 0;

  constructor(open: () => Iterable<StorageObject>) {
    this.#open = open;
  }

  /** JSON of the spec of the object at this place in the order. */
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
      throw new RangeError(`there is no object ${this.#next} any more`);
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
