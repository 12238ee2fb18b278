import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { API_VERSION } from '../cluster-generator/object-meta.ts';
import type { StorageObject } from '../fake-storage/stored-object.ts';

/** Scan results as files in a folder, one per object, which tests add, replace and delete. */
export class ResultFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder);
  }

  /** Replaces atomically, so that a reader finds either the old or the new object. */
  put(...objects: readonly StorageObject[]): void {
    for (const object of objects) {
      const path = this.#pathOf(object);
      writeFileSync(`${path}.new`, JSON.stringify({ apiVersion: API_VERSION, ...object }));
      renameSync(`${path}.new`, path);
    }
  }

  delete(...objects: readonly StorageObject[]): void {
    for (const object of objects) rmSync(this.#pathOf(object));
  }

  #pathOf({ kind, metadata: { namespace, name } }: StorageObject): string {
    return join(this.folder, `${kind}-${namespace}-${name}.json`);
  }
}
