/** Limits how long a push waits for a receiver that does not answer, so that other receivers are not delayed. */
export interface Patience {
  /** Milliseconds without an answer until the queue exceeds its limit in samples. */
  readonly samplesMs: number;
  /** Milliseconds without an answer until batches that exceed the limit in bytes stay pending. */
  readonly bytesMs: number;
}

/** A slow receiver answers within 10 seconds, and then gets everything. */
export const patienceWithOthers: Patience = { samplesMs: 1000, bytesMs: 10_000 };
