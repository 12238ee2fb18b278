import type { ReadObserver } from '../scan-source.ts';
import { type KindState, kindDown } from './kind-state.ts';
import type { StorageKind } from './storage-api.ts';

/**
 * Items of a list without a name: the server appends one for each object whose file it could not
 * read, and does not say which one that is. So they are no objects of the list.
 */
export class NamelessItems {
  readonly #kind: StorageKind;
  readonly #observer: ReadObserver;
  #count = 0;

  constructor(kind: StorageKind, observer: ReadObserver) {
    this.#kind = kind;
    this.#observer = observer;
  }

  /** Tells of one. */
  add(): void {
    this.#count++;
    const message = 'an item of the list has no name: the server could not read the object';
    this.#observer.skipped({ reason: 'zero_valued', where: this.#kind, message });
  }

  /** The kind, down, if there were such items and no others. */
  judge(named: number): KindState | undefined {
    if (named > 0 || this.#count === 0) return undefined;
    const message = `not one of the ${this.#count} items of the list has a name: the server cannot read its own objects; see the log of Kubescape's storage`;
    return kindDown(this.#kind, { status: 'failed', message });
  }
}
