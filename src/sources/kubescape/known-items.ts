/** One object of a list: parsed, or as it was found to be the last time. */
export interface ListItem<Value = unknown> {
  /** SHA-256 of its text, byte for byte as the server wrote it; empty where nobody asks. */
  readonly digest: string;
  /** Absent where it is known. */
  readonly value?: unknown;
  readonly known?: Value;
}

/** An item that the server wrote before, and what it was found to say. */
export interface KnownItem<Value> extends ListItem<Value> {
  readonly known: Value;
}

/** A page of a list as it was: the same bytes say the same. */
export interface KnownPage<Value> {
  /** Where the next page begins; empty for the last one. */
  readonly token: string;
  readonly items: readonly KnownItem<Value>[];
}

/** What one list said. */
export interface KnownList<Value> {
  /** Each once. */
  readonly items: readonly KnownItem<Value>[];
  /** By the digest of the whole answer; their items are among those of the list. */
  readonly pages: ReadonlyMap<string, KnownPage<Value>>;
}

/** A page that was read, whether or not its items could be used. */
export interface NotedPage {
  readonly token: string;
  readonly items: readonly Pick<ListItem, 'digest'>[];
}

/** What a reader of texts asks of those that were there before. */
export interface KnownTexts<Value = unknown> {
  findItem(digest: string): KnownItem<Value> | undefined;
  findPage(digest: string): KnownPage<Value> | undefined;
  notePage(digest: string, page: NotedPage): void;
}

/**
 * What the items of a list were found to say, by the digest of their text: an item that the server
 * writes as it did the last time says what it said then, and a page need not even be cut into
 * items. Those that a list does not have any more are forgotten with the next one.
 */
export class KnownItems<Value> implements KnownTexts<Value> {
  readonly #last: KnownList<Value>;
  readonly #taken: KnownItem<Value>[] = [];
  readonly #pages = new Map<string, NotedPage>();
  #lastByDigest: ReadonlyMap<string, KnownItem<Value>> | undefined;
  #hasNew = false;

  constructor(last: KnownList<Value> = { items: [], pages: new Map() }) {
    this.#last = last;
  }

  /** What this list has; the next one begins with it. */
  get current(): KnownList<Value> {
    const items = byDigest(this.#taken);
    const pages = new Map<string, KnownPage<Value>>();
    for (const [digest, page] of this.#pages) {
      const its = page.items
        .map((item) => items.get(item.digest))
        .filter((one) => one !== undefined);
      // Items that cannot be used are looked at, and told of, every time.
      if (its.length === page.items.length) pages.set(digest, { token: page.token, items: its });
    }
    return { items: [...items.values()], pages };
  }

  /** Whether this list has other items than the last one. */
  get isChanged(): boolean {
    const before = this.#last.items.length;
    if (this.#hasNew) return true;
    return this.#taken.length !== before && byDigest(this.#taken).size !== before;
  }

  /** Only asked for where a page has changed. */
  findItem(digest: string): KnownItem<Value> | undefined {
    this.#lastByDigest ??= byDigest(this.#last.items);
    return this.#lastByDigest.get(digest);
  }

  findPage(digest: string): KnownPage<Value> | undefined {
    return this.#last.pages.get(digest);
  }

  notePage(digest: string, page: NotedPage): void {
    this.#pages.set(digest, page);
  }

  /** The value of an item, which is looked at only if it is not known. */
  take(item: ListItem<Value>, read: (value: unknown) => Value | undefined): Value | undefined {
    if (isKnown(item)) {
      this.#taken.push(item);
      return item.known;
    }
    const { digest } = item;
    const known = read(item.value);
    if (known === undefined || digest === '') return known;
    this.#hasNew = true;
    this.#taken.push({ digest, known });
    return known;
  }
}

function isKnown<Value>(item: ListItem<Value>): item is KnownItem<Value> {
  return item.known !== undefined;
}

function byDigest<Value>(items: readonly KnownItem<Value>[]): Map<string, KnownItem<Value>> {
  return new Map(items.map((item) => [item.digest, item]));
}
