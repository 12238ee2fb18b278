/**
 * What happened to the samples of a request, a push or a delivery. `sent`, `rejected` and `pending` add up
 * to the samples that were to be sent.
 */
export interface SampleCounts {
  /** Accepted by the receiver. */
  readonly sent: number;
  /** Rejected by the receiver for good, or invalid. */
  readonly rejected: number;
  /** Not accepted yet, because the receiver was unavailable or the push was stopped. */
  readonly pending: number;
  /** Part of `pending` that is on disk, to be sent later with its own timestamps. */
  readonly persisted: number;
  /** Compressed size of the accepted requests. */
  readonly bytes: number;
  /** Why samples were not sent, one sentence per distinct cause. */
  readonly errors: readonly string[];
}

export const noSamples: SampleCounts = {
  sent: 0,
  rejected: 0,
  pending: 0,
  persisted: 0,
  bytes: 0,
  errors: [],
};

export function addCounts(all: readonly SampleCounts[]): SampleCounts {
  return all.reduce(
    (sum, counts) => ({
      sent: sum.sent + counts.sent,
      rejected: sum.rejected + counts.rejected,
      pending: sum.pending + counts.pending,
      persisted: sum.persisted + counts.persisted,
      bytes: sum.bytes + counts.bytes,
      errors: [...new Set([...sum.errors, ...counts.errors])],
    }),
    noSamples,
  );
}

/** Samples that this process will not send again. */
export function countFailed({ rejected, pending, persisted }: SampleCounts): number {
  return rejected + pending - persisted;
}
