import type { Batch } from '../batch/batch.ts';

/**
 * What a batch is for. `results` were read in its cycle, `carried` ones are older values of series
 * that an incomplete cycle did not see, `markers` end series, `own` series are about the agent.
 */
export type BatchKind = 'results' | 'carried' | 'markers' | 'own';

/** A batch of a cycle. */
export interface NewBatch {
  readonly kind: BatchKind;
  readonly batch: Batch;
  /** Of its series, in their order, as pairs of the halves; none for `own`. */
  readonly hashes: Uint32Array;
}

/** A batch that can be sent, now or later. */
export interface KeptBatch {
  readonly kind: BatchKind;
  readonly samples: number;
  /** Of memory that is free again when the batch is sent. */
  readonly heldBytes: number;
  /** Whether it outlives the process, so that the next one can send it with its own timestamps. */
  readonly isOnDisk: boolean;
  /** Whether the receiver took or refused it, or it was given up: it is not to be sent again. */
  readonly isSettled: boolean;
  /** As much of its beginning need not be sent again, as far as this process knows. */
  readonly settledSamples: number;
  /** @throws {Error} If it cannot be read back. */
  read(): Batch;
  /** @param samples Of its beginning; all if left out. */
  settle(samples?: number): void;
}

/** Samples that are still to be sent. */
export function countWaiting(batches: readonly KeptBatch[]): number {
  return batches.reduce((sum, { samples, settledSamples }) => sum + samples - settledSamples, 0);
}

/** A batch that also tells which series it holds. */
export interface KnownBatch extends KeptBatch {
  /**
   * Of its series, in their order, as pairs of the halves; none for `own`.
   *
   * @throws {Error} If it cannot be read back.
   */
  readHashes(): Uint32Array;
}

/** All that one cycle sent to one receiver, or tried to. */
export interface KeptCycle {
  /** Milliseconds since the Unix epoch, of all its samples. */
  readonly timestampMs: number;
  readonly batches: readonly KnownBatch[];
  /** Set while it is sent: who sends it counts what is given up then. */
  isBeingSent: boolean;
  /** Whether newer ones needed its room. */
  readonly isEvicted: boolean;
}

/** A cycle that is under way. */
export interface CycleDraft {
  add(batch: NewBatch): KeptBatch;
  /** Makes it the last cycle. */
  commit(): void;
  /** The cycle sent nothing, and leaves no trace. */
  discard(): void;
}

/** Keeps for one receiver what must be sent once more: again, or at all. */
export interface CycleStore {
  /** The last cycle that was committed. */
  readonly last: KeptCycle | undefined;
  /** What is to be sent with its own timestamps before all else, `last` included; oldest first. */
  readonly unsettled: readonly KeptCycle[];
  /** Whether what is not settled is among `unsettled` then. */
  readonly keepsUnsettled: boolean;
  /** The latest time that was sent, as far as is known; milliseconds since the Unix epoch. */
  readonly latestMs: number;
  begin(timestampMs: number): CycleDraft;
  /** Something that belongs to no cycle of its own is about to be sent with this timestamp. */
  noteTimestamp(timestampMs: number): void;
}

/**
 * What of the last cycle must be said once more: its values, and where nothing else sends them, the
 * markers that nobody took.
 */
export function repeatable({ last, keepsUnsettled }: CycleStore): KnownBatch[] {
  return (last?.batches ?? []).filter(
    ({ kind, isSettled }) =>
      kind === 'results' ||
      kind === 'carried' ||
      (kind === 'markers' && !isSettled && !keepsUnsettled),
  );
}
