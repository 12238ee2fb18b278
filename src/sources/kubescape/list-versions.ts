import { createHash } from 'node:crypto';

import { versionOf } from './manifest-index.ts';

/** Collects the versions of the objects in a list, whether it has their specs or not. */
export class ListVersions {
  readonly #versions = new Map<string, string>();

  /** Objects that are listed twice count with their later version. Those without a name do not count. */
  add(items: readonly unknown[]): void {
    for (const item of items) {
      const { key, changeKey } = versionOf(item);
      if (key !== '/') this.#versions.set(key, changeKey);
    }
  }

  has(name: string): boolean {
    return this.#versions.has(name);
  }

  /** Changes whenever an object does. Independent of the order, which every write changes. */
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
