import type { ReadObserver } from '../scan-source.ts';
import { findUnreadable, type UnreadableObject } from './find-unreadable.ts';
import { type KindState, kindDown } from './kind-state.ts';
import type { ListContext } from './list-context.ts';
import type { ListVersions } from './list-versions.ts';
import type { StorageKind } from './storage-api.ts';

/** Message for an object whose file is damaged. */
export const UNREADABLE =
  'the server cannot read the file of the object, so its last known values are used; to repair it, delete this file from the volume of the storage';

/**
 * Counts items without a name. The server puts such an item into a list for each object whose file it
 * cannot read. A list of metadata still names the object.
 */
export class UnreadableObjects {
  readonly #kind: StorageKind;
  readonly #observer: ReadObserver;
  #count = 0;

  constructor(kind: StorageKind, observer: ReadObserver) {
    this.#kind = kind;
    this.#observer = observer;
  }

  add(): void {
    this.#count++;
  }

  /**
   * Finds the names of the objects in a list of metadata. Reports the objects that this list does not
   * name either.
   */
  async find(
    context: Pick<ListContext, 'client' | 'signal'>,
    readable: ListVersions,
  ): Promise<readonly UnreadableObject[]> {
    const found = this.#count === 0 ? [] : await findUnreadable(context, this.#kind, readable);
    this.reportUnnamed(found.length);
    return found;
  }

  reportUnnamed(named = 0): void {
    const message = 'an item of the list has no name: the server could not read the object';
    for (let left = this.#count - named; left > 0; left--) {
      this.#observer.skipped({ reason: 'zero_valued', where: this.#kind, message });
    }
  }

  /** Returns the kind as down if the list contains only such items. */
  downIfNoneReadable(readable: number): KindState | undefined {
    if (readable > 0 || this.#count === 0) return undefined;
    const message = `none of the ${this.#count} items in the list has a name: the server cannot read its own objects; check the log of Kubescape's storage`;
    return kindDown(this.#kind, { status: 'failed', message });
  }
}
