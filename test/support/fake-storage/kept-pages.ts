import type { ObjectStore } from './object-store.ts';

/**
 * Pages as bytes, until an object of their resource changes. Printing them in JavaScript takes a server
 * longer than a reader needs, who then waits for it.
 */
export class KeptPages {
  readonly #pages = new Map<string, Map<string, Buffer>>();

  constructor(store: ObjectStore) {
    store.onChange(({ row }) => this.#pages.delete(row.resource));
  }

  /** @param key All that the page depends on, beside the objects themselves. */
  get(resource: string, key: string, print: () => Iterable<string | Buffer>): Buffer {
    const pages = this.#pages.get(resource) ?? new Map<string, Buffer>();
    this.#pages.set(resource, pages);
    const page =
      pages.get(key) ?? Buffer.concat(Array.from(print(), (piece) => Buffer.from(piece)));
    pages.set(key, page);
    return page;
  }
}
