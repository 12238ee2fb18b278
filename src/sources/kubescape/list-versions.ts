import { createHash } from 'node:crypto';

import { versionOf } from './manifest-index.ts';

/** Collects the versions of the objects in a list, with or without their specs. */
export class ListVersions {
  readonly #versions = new Map<string, string>();

  /** If an object is listed twice, its later version counts. Objects without a name do not count. */
  add(items: readonly unknown[]): void {
    for (const item of items) {
      const { key, changeKey } = versionOf(item);
      if (key !== '/') this.#versions.set(key, changeKey);
    }
  }

  has(name: string): boolean {
    return this.#versions.has(name);
  }

  /**
   * Changes whenever an object changes. Independent of the order of the list, which every write changes.
   */
  fingerprint(): string {
    const hash = createHash('sha256');
    for (const [key, version] of [...this.#versions].toSorted(byKey)) {
      hash.update(`${key}\0${version}\n`);
    }
    return hash.digest('hex');
  }
}

function byKey([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}
