import type { ObjectStore } from './object-store.ts';

/**
 * Serialized pages, cached until an object of their resource changes. Serializing takes the server
 * longer than the reader needs, which would distort benchmarks.
 */
export class PageCache {
  readonly #pages = new Map<string, Map<string, Buffer>>();

  constructor(store: ObjectStore) {
    store.onChange(({ row }) => this.#pages.delete(row.resource));
  }

  /** @param key Everything the page depends on, except the objects. */
  get(resource: string, key: string, print: () => Iterable<string | Buffer>): Buffer {
    const pages = this.#pages.get(resource) ?? new Map<string, Buffer>();
    this.#pages.set(resource, pages);
    const page =
      pages.get(key) ?? Buffer.concat(Array.from(print(), (piece) => Buffer.from(piece)));
    pages.set(key, page);
    return page;
  }
}
