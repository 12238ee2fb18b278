import type { StorageKind } from './storage-api.ts';

/** Called when a list may differ from what was read last. */
export type OnChange = (kind: StorageKind) => void;

class TrackedKind {
  /** Watches that report every change. */
  readonly watches = new Set<object>();
  /** Fingerprint of the list that was read last. */
  read: string | undefined;
  /** Latest fingerprint that a watch found while the list was being read. */
  seen: string | undefined;
  /** Latest fingerprint that was reported as a change since then. */
  reported: string | undefined;
  isListing = false;
  isChanged = false;
}

/**
 * Connects the watches of an agent with its reads. Watches compare lists with what was read last, so
 * that a change counts no matter when it happened. Reads learn which lists have not changed.
 */
export class ChangeTracker {
  readonly #kinds = new Map<StorageKind, TrackedKind>();
  #onChange: OnChange = () => undefined;

  /** Replaces the listener. */
  listen(onChange: OnChange): void {
    this.#onChange = onChange;
  }

  reportChange(kind: StorageKind): void {
    this.#of(kind).isChanged = true;
    this.#onChange(kind);
  }

  /** Registers a watch that reports every change until the returned function is called. */
  openWatch(kind: StorageKind): () => void {
    const watch = {};
    const { watches } = this.#of(kind);
    watches.add(watch);
    return () => void watches.delete(watch);
  }

  /** Compares a list that a watch found with what was read last. */
  compare(kind: StorageKind, fingerprint: string): void {
    const tracked = this.#of(kind);
    if (tracked.isListing) {
      // The read that is running may include the change. Its end decides.
      tracked.seen = fingerprint;
      return;
    }
    const { read, reported } = tracked;
    if (read === undefined || read === fingerprint || reported === fingerprint) return;
    tracked.reported = fingerprint;
    this.reportChange(kind);
  }

  /** Must be followed by `endList`. */
  beginList(kind: StorageKind): void {
    const fresh = { isChanged: false, seen: undefined, reported: undefined };
    Object.assign(this.#of(kind), { ...fresh, isListing: true });
  }

  /** @param fingerprint Absent if the list could not be read. */
  endList(kind: StorageKind, fingerprint: string | undefined): void {
    const tracked = this.#of(kind);
    tracked.isListing = false;
    tracked.read = fingerprint ?? tracked.read;
    if (tracked.seen !== undefined) this.compare(kind, tracked.seen);
  }

  /** Whether the list is certainly still as it was read last. */
  isUnchanged(kind: StorageKind): boolean {
    const { watches, isChanged, read } = this.#of(kind);
    return watches.size > 0 && !isChanged && read !== undefined;
  }

  #of(kind: StorageKind): TrackedKind {
    const known = this.#kinds.get(kind);
    if (known !== undefined) return known;
    const tracked = new TrackedKind();
    this.#kinds.set(kind, tracked);
    return tracked;
  }
}
