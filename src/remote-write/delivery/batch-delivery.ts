import type { BatchCodec } from '../batch/batch-codec.ts';
import type { Batch, BatchLimits } from '../batch/batch.ts';
import type { WriteClient, WriteResult } from '../client/write-client.ts';
import { noSamples, type SampleCounts, sumCounts } from '../sample-counts.ts';
import type { ProtocolVersion } from '../wire/protocol.ts';
import { protocols } from '../wire/protocols.ts';
import { countSamples } from './count-samples.ts';
import type { ProtocolChoice } from './protocol-choice.ts';
import type { RequestSize } from './request-size.ts';

export interface BatchDeliveryOptions {
  readonly clients: Readonly<Record<ProtocolVersion, WriteClient>>;
  readonly choice: ProtocolChoice;
  readonly codec: BatchCodec;
  readonly size: RequestSize;
}

/**
 * Delivers a batch in a form that the receiver accepts: in the other protocol version if the receiver does not
 * support this one, and in halves if the request is too large.
 */
export class BatchDelivery {
  readonly #options: BatchDeliveryOptions;

  constructor(options: BatchDeliveryOptions) {
    this.#options = options;
  }

  /**
   * Rejects only if the signal aborts. Pending samples are always the last ones of the batch.
   *
   * @param skipped Number of leading samples that the receiver has already accepted or rejected.
   */
  async deliver(batch: Batch, signal: AbortSignal, skipped = 0): Promise<SampleCounts> {
    const { choice, size } = this.#options;
    const isUnchanged = batch.version === choice.current && skipped === 0;
    if (isUnchanged) return this.#send(batch, signal);
    return this.#deliverAll(this.#encodeAgain(batch, size.limits, skipped), signal);
  }

  async #send(batch: Batch, signal: AbortSignal): Promise<SampleCounts> {
    const { choice, size, clients } = this.#options;
    const { samples, body, version } = batch;
    const result = await clients[version].write(body, { attempt: 0, samples, signal });
    if (version === '2.0' && this.#lacksV2Support(result)) {
      choice.fallBack();
      return this.deliver(batch, signal);
    }
    if (isTooLarge(result) && samples > 1 && size.canSplit)
      return this.#deliverHalves(batch, signal);
    if (isTooLarge(result) && samples === 1) size.stopSplitting();
    if (result.status === 'success') size.recordSuccess();
    return countSamples(batch, result);
  }

  async #deliverHalves(batch: Batch, signal: AbortSignal): Promise<SampleCounts> {
    const { size } = this.#options;
    const half = Math.ceil(batch.samples / 2);
    size.reduceTo(half);
    const limits = { ...size.limits, maxSamples: half };
    return this.#deliverAll(this.#encodeAgain(batch, limits), signal);
  }

  /** Delivers one batch at a time, so that pending samples are always the last ones. */
  async #deliverAll(batches: readonly Batch[], signal: AbortSignal): Promise<SampleCounts> {
    let sum = noSamples;
    for (const batch of batches) {
      const one = sum.pending > 0 ? allPending(batch) : await this.deliver(batch, signal);
      sum = sumCounts(sum, one);
    }
    return sum;
  }

  /** Encodes the batch in the current protocol version. */
  #encodeAgain(batch: Batch, limits: BatchLimits, skipped = 0): Batch[] {
    const { codec, choice } = this.#options;
    const series = codec.decode(batch, (index) => index >= skipped);
    return [...codec.encode(series, protocols[choice.current], limits)];
  }

  /**
   * A receiver without support for 2.0 answers 415, or reads a 2.0 request as an empty 1.0 request and reports
   * success without written counts. A queue in front of the receiver may answer 202 in the same way.
   */
  #lacksV2Support(result: WriteResult): boolean {
    const { choice } = this.#options;
    if (result.status !== 'retryable' && result.written !== undefined) choice.confirmV2();
    if (!choice.canFallBack) return false;
    if (result.status === 'rejected') return result.error.httpStatus === 415;
    return !choice.isV2Confirmed && result.status === 'success' && result.written === undefined;
  }
}

function allPending({ samples }: Batch): SampleCounts {
  return { ...noSamples, pending: samples };
}

function isTooLarge(result: WriteResult): boolean {
  return result.status === 'rejected' && result.error.httpStatus === 413;
}
