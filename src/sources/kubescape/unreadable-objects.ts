import type { ReadObserver } from '../scan-source.ts';
import { type KindState, kindDown } from './kind-state.ts';
import type { StorageKind } from './storage-api.ts';

/**
 * Counts items without a name. The server puts one into a list for each object whose file it cannot
 * read, and does not say which object that is.
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
    const message = 'an item of the list has no name: the server could not read the object';
    this.#observer.skipped({ reason: 'zero_valued', where: this.#kind, message });
  }

  /** Returns the kind as down if the list contains only such items. */
  downIfNoneReadable(readable: number): KindState | undefined {
    if (readable > 0 || this.#count === 0) return undefined;
    const message = `none of the ${this.#count} items in the list has a name: the server cannot read its own objects; check the log of Kubescape's storage`;
    return kindDown(this.#kind, { status: 'failed', message });
  }
}
