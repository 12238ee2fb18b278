/**
 * What the items of a list were found to say, by the digest of their text: an item that the server
 * writes as it did the last time says what it said then. Those that a list does not have any more
 * are forgotten with the next one.
 */
export class KnownItems<Value> {
  readonly #last: ReadonlyMap<string, Value>;
  readonly #current = new Map<string, Value>();
  #isChanged = false;

  constructor(last: ReadonlyMap<string, Value> = new Map()) {
    this.#last = last;
  }

  /** What this list has; the next one begins with it. */
  get current(): ReadonlyMap<string, Value> {
    return this.#current;
  }

  /** Whether this list has other items than the last one. */
  get isChanged(): boolean {
    return this.#isChanged || this.#current.size !== this.#last.size;
  }

  has(digest: string): boolean {
    return this.#last.has(digest);
  }

  /** The value of an item, which is looked at only if it is not known. */
  take(digest: string, read: () => Value | undefined): Value | undefined {
    const known = this.#last.get(digest);
    const value = known ?? read();
    if (value === undefined || digest === '') return value;
    this.#isChanged ||= known === undefined;
    this.#current.set(digest, value);
    return value;
  }
}
