import type { StorageKind } from './storage-api.ts';

/** Called when a list may differ from the one that was read last. */
export type OnChange = (kind: StorageKind) => void;

class TrackedKind {
  /** Watches that report every change. */
  readonly watches = new Set<object>();
  /** Fingerprint of the list in the last read that succeeded. */
  read: string | undefined;
  /** Fingerprint of the list in the read that is running. */
  listed: string | undefined;
  /** The latest fingerprint that a watch found since the running read began. */
  seen: string | undefined;
  /** The latest fingerprint that was reported as a change since then. */
  reported: string | undefined;
  isReading = false;
  isChanged = false;
}

/**
 * Connects the watches of an agent with its reads. Watches compare lists with what was read last, so
 * that a change counts no matter when it happened. Reads learn which lists have not changed.
 */
export class ChangeTracker {
  readonly #kinds = new Map<StorageKind, TrackedKind>();
  #onChange: OnChange = () => undefined;
  #hasFailed = false;

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

  /** Compares a list that a watch found with the list that was read last. */
  compare(kind: StorageKind, fingerprint: string): void {
    const tracked = this.#of(kind);
    if (tracked.isReading) {
      // The running read may include the change. `endRead` decides.
      tracked.seen = fingerprint;
      return;
    }
    const { read, reported } = tracked;
    // Before the first read, everything is new anyway.
    const isNews = read === undefined ? this.#hasFailed : read !== fingerprint;
    if (!isNews || reported === fingerprint) return;
    tracked.reported = fingerprint;
    this.reportChange(kind);
  }

  /** Must be followed by `endRead`. */
  beginList(kind: StorageKind): void {
    const fresh = { isChanged: false, listed: undefined, seen: undefined, reported: undefined };
    Object.assign(this.#of(kind), { ...fresh, isReading: true });
  }

  /** @param fingerprint Absent if the list is unusable. */
  endList(kind: StorageKind, fingerprint: string | undefined): void {
    this.#of(kind).listed = fingerprint;
  }

  /** Lists of a failed read do not count as read. */
  endRead(isSuccessful: boolean): void {
    this.#hasFailed = !isSuccessful;
    for (const [kind, tracked] of this.#kinds) {
      if (!tracked.isReading) continue;
      tracked.isReading = false;
      if (isSuccessful) tracked.read = tracked.listed ?? tracked.read;
      if (tracked.seen !== undefined) this.compare(kind, tracked.seen);
    }
  }

  /** Whether the list has certainly not changed since it was read last. */
  isUnchanged(kind: StorageKind): boolean {
    const { watches, isChanged } = this.#of(kind);
    return watches.size > 0 && !isChanged;
  }

  #of(kind: StorageKind): TrackedKind {
    const known = this.#kinds.get(kind);
    if (known !== undefined) return known;
    const tracked = new TrackedKind();
    this.#kinds.set(kind, tracked);
    return tracked;
  }
}
