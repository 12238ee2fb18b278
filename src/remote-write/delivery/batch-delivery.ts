import type { BatchCodec } from '../batch/batch-codec.ts';
import type { Batch, BatchLimits } from '../batch/batch.ts';
import type { Retryable, WriteClient, WriteResult } from '../client/write-client.ts';
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
  readonly onWarning?: (message: string) => void;
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
    const isUnchanged =
      batch.version === choice.current && skipped === 0 && batch.samples <= size.maxItems;
    if (isUnchanged) return this.#send(batch, signal);
    return this.#deliverAll(this.#encodeAgain(batch, size.limits, skipped), signal);
  }

  async #send(batch: Batch, signal: AbortSignal): Promise<SampleCounts> {
    const { result, isFinal } = await this.#write(batch, signal);
    this.#learn(batch, result);
    const counts = isFinal ? this.#sendInAnotherForm(batch, result, signal) : undefined;
    return (await counts) ?? countSamples(batch, result);
  }

  #learn(batch: Batch, result: WriteResult): void {
    const { choice, size } = this.#options;
    if (hasWrittenV2(batch, result)) choice.recordV2Write();
    if (isTooLarge(result) && batch.samples === 1) size.stopSplitting();
    if (result.status === 'success') size.recordSuccess();
  }

  /** Returns undefined if no other form may help. */
  #sendInAnotherForm(
    batch: Batch,
    result: WriteResult,
    signal: AbortSignal,
  ): Promise<SampleCounts> | undefined {
    const { choice, size } = this.#options;
    if (this.#lacksV2Support(batch, result)) {
      choice.fallBack();
      return this.deliver(batch, signal);
    }
    if (isTooLarge(result) && batch.samples > 1 && size.canSplit)
      return this.#deliverHalves(batch, signal);
    if (exceedsBurst(batch, result)) return this.#deliverWithinBurst(batch, result, signal);
    return choice.canTryV1 && failsAsV2(batch, result)
      ? this.#tryV1(batch, result, signal)
      : undefined;
  }

  /** `isFinal` is false if retries might have helped, but were exhausted. */
  async #write(batch: Batch, signal: AbortSignal) {
    const { choice, clients } = this.#options;
    let isFinal = false;
    const { version, body, samples } = batch;
    const result = await clients[version].write(body, {
      attempt: 0,
      samples,
      signal,
      isFinal(failure, attempt) {
        const isForV1 = choice.canTryV1 && failsAsV2(batch, failure, attempt);
        isFinal = isForV1 || exceedsBurst(batch, failure, attempt);
        return isFinal;
      },
    });
    return { result, isFinal: isFinal || result.status !== 'retryable' };
  }

  /** A request above the burst of a rate limit fails however often it is retried. */
  async #deliverWithinBurst(
    batch: Batch,
    { itemLimit }: Retryable,
    signal: AbortSignal,
  ): Promise<SampleCounts> {
    const { size } = this.#options;
    const half = Math.ceil(batch.samples / 2);
    if (itemLimit === undefined) size.limitItems(half);
    else {
      const { items, countsMetadata } = itemLimit;
      if (countsMetadata) size.recordMetadataCounted();
      size.limitItems(Math.min(half, countsMetadata ? Math.floor(items / 2) : items));
    }
    return this.#deliverAll(this.#encodeAgain(batch, size.limits), signal);
  }

  /** Sends the samples once as 1.0, which some receivers accept that fail with 2.0 in other ways than 415. */
  async #tryV1(batch: Batch, failure: WriteResult, signal: AbortSignal): Promise<SampleCounts> {
    const { choice, clients, size, codec, onWarning } = this.#options;
    choice.recordV1Trial();
    const [first, ...rest] = codec.encode(codec.decode(batch), protocols['1.0'], size.limits);
    if (first === undefined) return countSamples(batch, failure);
    const { samples, body } = first;
    const options = { attempt: 0, samples, signal, isFinal: () => true };
    const result = await clients['1.0'].write(body, options);
    if (result.status !== 'success')
      return failure.status === 'retryable'
        ? this.#send(batch, signal)
        : countSamples(batch, failure);
    choice.fallBack();
    const [reason = ''] = countSamples(batch, failure).errors;
    onWarning?.(
      `it failed with remote write 2.0 (${reason}), but accepts 1.0; set protocol: "1.0"`,
    );
    return sumCounts(countSamples(first, result), await this.#deliverAll(rest, signal));
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
   * A receiver without 2.0 answers 415, or reads a 2.0 request as an empty 1.0 request and answers with a success
   * without written counts. A queue in front of it may answer 202 in the same way. So may one of several replicas,
   * or a receiver that an older version has replaced.
   */
  #lacksV2Support({ version }: Batch, result: WriteResult): boolean {
    if (version !== '2.0' || !this.#options.choice.canFallBack) return false;
    if (result.status === 'rejected') return result.error.httpStatus === 415;
    return result.status === 'success' && result.written === undefined;
  }
}

function allPending({ samples }: Batch): SampleCounts {
  return { ...noSamples, pending: samples };
}

function isTooLarge(result: WriteResult): boolean {
  return (
    result.status === 'rejected' && (result.isTooLarge === true || result.error.httpStatus === 413)
  );
}

type SentBatch = Pick<Batch, 'version' | 'samples'>;

/** Smaller requests are not split without a hint: the receiver may just be busy. */
const MIN_SPLIT_SAMPLES = 100;

/** @param attempt Without a named limit, the first 429 may be caused by earlier requests. */
function exceedsBurst(
  { version, samples }: SentBatch,
  result: WriteResult,
  attempt = Infinity,
): result is Retryable {
  if (result.status !== 'retryable' || result.error.httpStatus !== 429 || samples < 2) return false;
  const { itemLimit } = result;
  if (itemLimit === undefined) return attempt > 0 && samples > MIN_SPLIT_SAMPLES;
  const hasMetadata = itemLimit.countsMetadata && version === '2.0';
  return samples * (hasMetadata ? 2 : 1) > itemLimit.items;
}

function hasWrittenV2({ version, samples }: SentBatch, result: WriteResult): boolean {
  if (version !== '2.0' || result.status === 'retryable') return false;
  const { written = 0 } = result;
  return written > 0 && (result.status === 'success' || written < samples);
}

/** A receiver that answers 500 to the same request so often is not just restarting. */
const MIN_500_ATTEMPTS = 3;

/** Whether a receiver that accepts 1.0 might have failed in this way because of 2.0. */
function failsAsV2({ version }: SentBatch, result: WriteResult, attempt = Infinity): boolean {
  if (version !== '2.0') return false;
  if (result.status === 'success') return result.written === 0 && result.httpStatus !== 202;
  if (result.status === 'rejected' && result.isAboutSamples === true) return false;
  const { httpStatus } = result.error;
  if (httpStatus === 500) return attempt >= MIN_500_ATTEMPTS - 1;
  return httpStatus === 400 || httpStatus === 406;
}
