/** A page of a list as it was: the same bytes say the same. */
export interface KnownPage {
  /** Where the next page begins; empty for the last one. */
  readonly token: string;
  /** Digests of its items, in their order. */
  readonly items: readonly string[];
}

/** What one list said. */
export interface KnownList<Value> {
  /** What each item says, by the digest of its text. */
  readonly items: ReadonlyMap<string, Value>;
  /** By the digest of the whole answer. */
  readonly pages: ReadonlyMap<string, KnownPage>;
}

/** What a reader of texts asks of those that were there before. */
export interface KnownTexts {
  hasItem(digest: string): boolean;
  findPage(digest: string): KnownPage | undefined;
  notePage(digest: string, page: KnownPage): void;
}

/**
 * What the items of a list were found to say, by the digest of their text: an item that the server
 * writes as it did the last time says what it said then, and a page need not even be cut into
 * items. Those that a list does not have any more are forgotten with the next one.
 */
export class KnownItems<Value> implements KnownTexts {
  readonly #last: KnownList<Value>;
  readonly #items = new Map<string, Value>();
  readonly #pages = new Map<string, KnownPage>();
  #isChanged = false;

  constructor(last: KnownList<Value> = { items: new Map(), pages: new Map() }) {
    this.#last = last;
  }

  /** What this list has; the next one begins with it. */
  get current(): KnownList<Value> {
    // Items that cannot be used are looked at, and told of, every time.
    const pages = [...this.#pages].filter(([, { items }]) =>
      items.every((digest) => this.#items.has(digest)),
    );
    return { items: this.#items, pages: new Map(pages) };
  }

  /** Whether this list has other items than the last one. */
  get isChanged(): boolean {
    return this.#isChanged || this.#items.size !== this.#last.items.size;
  }

  hasItem(digest: string): boolean {
    return this.#last.items.has(digest);
  }

  /** The page, if it and all of its items are known. */
  findPage(digest: string): KnownPage | undefined {
    const page = this.#last.pages.get(digest);
    return page?.items.every((item) => this.hasItem(item)) === true ? page : undefined;
  }

  notePage(digest: string, page: KnownPage): void {
    this.#pages.set(digest, page);
  }

  /** The value of an item, which is looked at only if it is not known. */
  take(digest: string, read: () => Value | undefined): Value | undefined {
    const known = this.#last.items.get(digest);
    const value = known ?? read();
    if (value === undefined || digest === '') return value;
    this.#isChanged ||= known === undefined;
    this.#items.set(digest, value);
    return value;
  }
}
