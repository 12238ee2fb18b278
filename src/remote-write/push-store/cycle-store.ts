import type { Batch } from '../batch/batch.ts';
import type { HashSeed } from '../series-hash/hash-seed.ts';

/**
 * `results` were read in this cycle. `carried` are older values of series that are missing from an incomplete
 * cycle. `markers` are stale markers. `self` are self-metrics.
 */
export type BatchKind = 'results' | 'carried' | 'markers' | 'self';

/** A batch to be stored. */
export interface NewBatch {
  readonly kind: BatchKind;
  readonly batch: Batch;
  /** Halves of the hashes of the batch's series, in the same order. Empty for `self`. */
  readonly hashes: Uint32Array;
}

/** A batch that can be sent now or later. */
export interface StoredBatch {
  readonly kind: BatchKind;
  readonly samples: number;
  /** Memory in bytes that becomes free when the batch is sent. */
  readonly heldBytes: number;
  /** Whether a later process can send the batch with its original timestamps. */
  readonly isPersisted: boolean;
  /** Whether the receiver has accepted or rejected the whole batch, or the batch was dropped. */
  readonly isAcknowledged: boolean;
  /** Number of leading samples that are acknowledged. Not known to later processes. */
  readonly acknowledgedSamples: number;
  /** @throws {Error} The batch cannot be read. */
  read(): Batch;
  /** @param samples Number of leading samples. Default: all. */
  acknowledge(samples?: number): void;
}

export function countPending(batches: readonly StoredBatch[]): number {
  return batches.reduce(
    (sum, { samples, acknowledgedSamples }) => sum + samples - acknowledgedSamples,
    0,
  );
}

/** A stored batch with the hashes of its series. */
export interface HashedBatch extends StoredBatch {
  /**
   * Returns the halves of the hashes of the batch's series, in the same order. Empty for `self`.
   *
   * @throws {Error} The batch cannot be read.
   */
  readHashes(): Uint32Array;
}

/** All batches of one cycle for one receiver. */
export interface StoredCycle {
  /** Timestamp of all samples, in milliseconds since the Unix epoch. */
  readonly timestampMs: number;
  readonly batches: readonly HashedBatch[];
  /** Set by the sender while it sends the cycle. In that case, the sender reports an eviction. */
  isBeingSent: boolean;
  /** Whether the cycle was removed to make room for newer ones. */
  readonly isEvicted: boolean;
}

/** A cycle that is being pushed. */
export interface CycleDraft {
  add(batch: NewBatch): StoredBatch;
  /** Makes this cycle the last one. */
  commit(): void;
  /** Removes the draft of a cycle that sent nothing. */
  discard(): void;
}

/** Stores the batches of one receiver that must be resent or are still pending. */
export interface CycleStore {
  /** The last committed cycle. */
  readonly last: StoredCycle | undefined;
  /** Cycles to be sent with their original timestamps before anything else, oldest first. May include `last`. */
  readonly pending: readonly StoredCycle[];
  /** Whether batches that are not acknowledged stay in `pending`. */
  readonly persistsPending: boolean;
  /** The seed of all hashes of series in this store. */
  readonly hashSeed: HashSeed;
  /** Latest timestamp known to have been sent, in milliseconds since the Unix epoch. */
  readonly latestMs: number;
  begin(timestampMs: number): CycleDraft;
  /** Records the timestamp of a push that has no cycle of its own. */
  recordTimestamp(timestampMs: number): void;
}

/** Returns the last cycle's batches to resend: its values, and its undelivered markers if nothing else sends them. */
export function resendable({ last, persistsPending }: CycleStore): HashedBatch[] {
  return (last?.batches ?? []).filter(
    ({ kind, isAcknowledged }) =>
      kind === 'results' ||
      kind === 'carried' ||
      (kind === 'markers' && !isAcknowledged && !persistsPending),
  );
}
