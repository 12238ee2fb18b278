import type { Batch } from '../batch/batch.ts';
import type { Rejection, WriteResult } from '../client/write-client.ts';
import { noSamples, type SampleCounts } from '../sample-counts.ts';

/** Counts what happened to the samples of one request. */
export function countSamples(batch: Batch, result: WriteResult): SampleCounts {
  const { samples, body } = batch;
  if (result.status === 'retryable')
    return { ...noSamples, pending: samples, errors: [result.error.message] };
  const sent = countWritten(batch, result);
  const rejected = samples - sent;
  const isUnclear = result.status === 'rejected' && isPossiblyStored(batch, result);
  // A metadata message has no samples that could be rejected.
  const hasFailed = rejected > 0 || result.status !== 'success';
  return {
    ...noSamples,
    sent,
    rejected,
    ...(isUnclear && { possiblyStored: rejected }),
    ...(result.status === 'rejected' && result.isTooOld === true && { tooOld: rejected }),
    bytes: sent > 0 ? body.length : 0,
    errors: hasFailed ? [describeRejection(batch, result, { sent, isUnclear })] : [],
  };
}

/** Uses the number of samples that a 2.0 receiver reports. With 1.0, only the status counts. */
function countWritten(batch: Batch, result: WriteResult): number {
  const { version, samples } = batch;
  if (result.status === 'retryable') return 0;
  if (result.status === 'rejected') return countOfRejection(batch, result) ?? 0;
  if (version === '1.0' || isFromOtherReplica(result)) return samples;
  return Math.min(result.written ?? 0, samples);
}

/**
 * Returns how many samples of a rejected request were stored. A reported count of all its samples contradicts
 * the status, so it is ignored: Mimir reports what it received, even for requests that it rejects.
 */
function countOfRejection({ version, samples }: Batch, { written }: Rejection): number | undefined {
  const isPlausible = version === '2.0' && written !== undefined && written < samples;
  return isPlausible ? written : undefined;
}

function isPossiblyStored(batch: Batch, result: Rejection): boolean {
  const isCounted = (countOfRejection(batch, result) ?? 0) > 0;
  const { namedSamples = Infinity } = result;
  return !isCounted && namedSamples < batch.samples;
}

/** Mimir and Cortex answer 202 if they accept samples from another replica of the sender. */
function isFromOtherReplica(result: WriteResult): boolean {
  return result.status === 'success' && result.httpStatus === 202;
}

interface Counted {
  readonly sent: number;
  readonly isUnclear: boolean;
}

function describeRejection(
  { samples }: Batch,
  result: Exclude<WriteResult, { status: 'retryable' }>,
  { sent, isUnclear }: Counted,
): string {
  if (result.status === 'rejected') {
    const { message } = result.error;
    if (isUnclear) return `${message}; the request was rejected, possibly stored in part`;
    return sent > 0 ? `${message}; wrote only ${sent} of ${samples} samples` : message;
  }
  return result.written === undefined
    ? `receiver answered ${result.httpStatus} without reporting how many samples it wrote; if it does not support remote write 2.0, set protocol: "1.0"`
    : `receiver answered ${result.httpStatus}, but wrote only ${sent} of ${samples} samples`;
}
