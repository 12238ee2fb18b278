import { firstOfEachKind } from './error-kind.ts';

/**
 * Outcome for the samples of a request, a push or a delivery. `sent`, `rejected` and `pending` add up to the
 * number of samples that were to be sent.
 */
export interface SampleCounts {
  /** Accepted by the receiver. */
  readonly sent: number;
  /** Permanently rejected by the receiver, or invalid. */
  readonly rejected: number;
  /** Part of `rejected` from requests that the receiver may have stored partly without reporting it. Absent if 0. */
  readonly possiblyStored?: number;
  /** Part of `rejected` that is older than the receiver accepts. Absent if 0. */
  readonly tooOld?: number;
  /** Not accepted yet, because the receiver was unavailable or the push was stopped. */
  readonly pending: number;
  /** Part of `pending` that is on disk and will be sent later with its original timestamps. */
  readonly persisted: number;
  /** Compressed size of the accepted requests. */
  readonly bytes: number;
  /** Reasons why samples were not sent: one example sentence per kind of error. */
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
  const sum = all.reduce(sumCounts, noSamples);
  return { ...sum, errors: firstOfEachKind(sum.errors) };
}

/** Adds up two counts. Unlike `addCounts`, keeps every error. */
export function sumCounts(one: SampleCounts, other: SampleCounts): SampleCounts {
  const possiblyStored = (one.possiblyStored ?? 0) + (other.possiblyStored ?? 0);
  const tooOld = (one.tooOld ?? 0) + (other.tooOld ?? 0);
  return {
    sent: one.sent + other.sent,
    rejected: one.rejected + other.rejected,
    ...(possiblyStored > 0 && { possiblyStored }),
    ...(tooOld > 0 && { tooOld }),
    pending: one.pending + other.pending,
    persisted: one.persisted + other.persisted,
    bytes: one.bytes + other.bytes,
    errors: [...one.errors, ...other.errors],
  };
}

/** Counts the samples that this process will not send again. */
export function countFailed({ rejected, pending, persisted }: SampleCounts): number {
  return rejected + pending - persisted;
}

/** Whether the receiver has, or may have, some of the samples. */
export function isStoredInPart({ sent, possiblyStored = 0 }: SampleCounts): boolean {
  return sent + possiblyStored > 0;
}
