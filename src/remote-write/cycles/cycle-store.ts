import type { Batch } from '../batch.ts';
import type { SeriesSet } from '../series-set.ts';

/**
 * What a batch is for. `results` were read in its cycle, `carried` ones are older values of series
 * that an incomplete cycle did not see, `markers` end series, `own` series are about the agent.
 */
export type BatchKind = 'results' | 'carried' | 'markers' | 'own';

/** A batch that can be sent, now or later. */
export interface KeptBatch {
  readonly kind: BatchKind;
  readonly samples: number;
  /** Of memory that is free again when the batch is sent. */
  readonly heldBytes: number;
  /** Whether the receiver took or refused it, or it was given up: it is not to be sent again. */
  readonly isSettled: boolean;
  /** @throws {Error} If it cannot be read back. */
  read(): Batch;
  settle(): void;
}

/** All that one cycle sent to one receiver, or tried to. */
export interface KeptCycle {
  /** Milliseconds since the Unix epoch, of all its samples. */
  readonly timestampMs: number;
  readonly batches: readonly KeptBatch[];
  /** Hashes of the series among its results; absent if it was read back from a file. */
  readonly series: SeriesSet | undefined;
}

/** A cycle that is under way. */
export interface CycleDraft {
  add(kind: BatchKind, batch: Batch): KeptBatch;
  /** Makes it the last cycle. */
  commit(series: SeriesSet): void;
  /** The cycle sent nothing, and leaves no trace. */
  discard(): void;
}

/** Keeps for one receiver what must be sent once more: again, or at all. */
export interface CycleStore {
  /** The last cycle that was committed. */
  readonly last: KeptCycle | undefined;
  /** Earlier than `last`, and not settled as a whole; oldest first. */
  readonly unsettled: readonly KeptCycle[];
  /** Whether what is not settled survives, to be sent with its own timestamps. */
  readonly keepsUnsettled: boolean;
  begin(timestampMs: number): CycleDraft;
}

/**
 * What of the last cycle must be said once more: its values, and where nothing else sends them, the
 * markers that nobody took.
 */
export function repeatable({ last, keepsUnsettled }: CycleStore): KeptBatch[] {
  return (last?.batches ?? []).filter(
    ({ kind, isSettled }) =>
      kind === 'results' ||
      kind === 'carried' ||
      (kind === 'markers' && !isSettled && !keepsUnsettled),
  );
}
