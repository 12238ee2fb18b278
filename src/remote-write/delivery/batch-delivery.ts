import type { BatchCodec } from '../batch/batch-codec.ts';
import type { Batch, BatchLimits } from '../batch/batch.ts';
import type { WriteClient, WriteResult } from '../client/write-client.ts';
import type { ProtocolVersion } from '../wire/protocol.ts';
import { protocols } from '../wire/protocols.ts';
import type { ProtocolChoice } from './protocol-choice.ts';
import type { RequestSize } from './request-size.ts';

/** What became of a batch. The three counts of samples add up to those that were to be delivered. */
export interface BatchOutcome {
  /** The receiver has them. */
  readonly written: number;
  /** The receiver will never take them. */
  readonly refused: number;
  /** Of its end: the receiver was not there to take them, and they may be sent again as they are. */
  readonly waiting: number;
  /** Why some wait: the receiver answered with 5xx, and did not say when to come back. */
  readonly isServerError: boolean;
  /** Of accepted request bodies. */
  readonly bytes: number;
  readonly errors: readonly string[];
}

export interface BatchDeliveryOptions {
  readonly clients: Readonly<Record<ProtocolVersion, WriteClient>>;
  readonly choice: ProtocolChoice;
  readonly codec: BatchCodec;
  readonly size: RequestSize;
}

/**
 * Brings one batch to the receiver in the form that the receiver takes: in the other version of the
 * protocol if it does not know this one, in halves if it says that a request is too large.
 */
export class BatchDelivery {
  readonly #options: BatchDeliveryOptions;

  constructor(options: BatchDeliveryOptions) {
    this.#options = options;
  }

  /**
   * Rejects only if the signal aborts.
   *
   * @param skipped Samples of its beginning that the receiver has answered for already.
   */
  async deliver(batch: Batch, signal: AbortSignal, skipped = 0): Promise<BatchOutcome> {
    const { choice, size } = this.#options;
    const isAsItIs = batch.version === choice.current && skipped === 0;
    if (isAsItIs) return this.#send(batch, signal);
    return this.#deliverAll(this.#encodeAs(batch, size.limits, skipped), signal);
  }

  async #send(batch: Batch, signal: AbortSignal): Promise<BatchOutcome> {
    const { choice, size, clients } = this.#options;
    const { samples, body, version } = batch;
    const result = await clients[version].write(body, { attempt: 0, samples, signal });
    if (version === '2.0' && this.#lacksV2Support(result)) {
      choice.fallBack();
      return this.deliver(batch, signal);
    }
    if (isTooLarge(result) && samples > 1 && size.maySplit)
      return this.#deliverHalves(batch, signal);
    if (isTooLarge(result) && samples === 1) size.giveUp();
    if (result.status === 'success') size.recordSuccess();
    return toOutcome(batch, result);
  }

  async #deliverHalves(batch: Batch, signal: AbortSignal): Promise<BatchOutcome> {
    const { size } = this.#options;
    const half = Math.ceil(batch.samples / 2);
    size.learn(half);
    const limits = { ...size.limits, maxSamples: half };
    return this.#deliverAll(this.#encodeAs(batch, limits), signal);
  }

  /** One after the other: they were one request. So what waits is always the end of it. */
  async #deliverAll(batches: readonly Batch[], signal: AbortSignal): Promise<BatchOutcome> {
    let sum = nothing;
    for (const batch of batches) {
      const one = sum.waiting > 0 ? notTried(batch) : await this.deliver(batch, signal);
      sum = {
        written: sum.written + one.written,
        refused: sum.refused + one.refused,
        waiting: sum.waiting + one.waiting,
        isServerError: sum.isServerError || one.isServerError,
        bytes: sum.bytes + one.bytes,
        errors: [...sum.errors, ...one.errors],
      };
    }
    return sum;
  }

  /** In the version that the receiver is sent now. */
  #encodeAs(batch: Batch, limits: BatchLimits, skipped = 0): Batch[] {
    const { codec, choice } = this.#options;
    const series = codec.decode(batch, (index) => index >= skipped);
    return [...codec.encode(series, protocols[choice.current], limits)];
  }

  /**
   * A receiver of 1.0 either says so, or reads a request of 2.0 as an empty one of its own and
   * answers with a success that says nothing of what was written. 202 is no exception: a queue in
   * front of it answers so, too.
   */
  #lacksV2Support(result: WriteResult): boolean {
    const { choice } = this.#options;
    if (result.status !== 'retryable' && result.written !== undefined) choice.prove();
    if (!choice.mayFallBack) return false;
    if (result.status === 'rejected') return result.error.httpStatus === 415;
    return !choice.isProven && result.status === 'success' && result.written === undefined;
  }
}

const nothing: BatchOutcome = {
  written: 0,
  refused: 0,
  waiting: 0,
  isServerError: false,
  bytes: 0,
  errors: [],
};

function notTried({ samples }: Batch): BatchOutcome {
  return { ...nothing, waiting: samples };
}

function isTooLarge(result: WriteResult): boolean {
  return result.status === 'rejected' && result.error.httpStatus === 413;
}

/** Mimir and Cortex answer so if another replica of the sender is the elected one. */
function isForReplica(result: WriteResult): boolean {
  return result.status === 'success' && result.httpStatus === 202;
}

function toOutcome(batch: Batch, result: WriteResult): BatchOutcome {
  const { samples, body } = batch;
  if (result.status === 'retryable') {
    const { error, retryAfterMs } = result;
    const isServerError = (error.httpStatus ?? 0) >= 500 && retryAfterMs === undefined;
    return { ...notTried(batch), isServerError, errors: [error.message] };
  }
  const written = countWritten(batch, result);
  const refused = samples - written;
  return {
    ...nothing,
    written,
    refused,
    bytes: written > 0 ? body.length : 0,
    // Metadata alone has no samples.
    errors:
      refused > 0 || result.status !== 'success' ? [describeRefusal(batch, result, written)] : [],
  };
}

/** A receiver of 2.0 says what it wrote, and is believed over its status. */
function countWritten({ version, samples }: Batch, result: WriteResult): number {
  const isFine = result.status === 'success';
  if (version === '1.0' || isForReplica(result)) return isFine ? samples : 0;
  const written = result.status === 'retryable' ? 0 : (result.written ?? 0);
  return Math.min(written, samples);
}

function describeRefusal({ samples }: Batch, result: WriteResult, written: number): string {
  if (result.status !== 'success') return result.error.message;
  return result.written === undefined
    ? `receiver answered ${result.httpStatus}, but did not say that it wrote anything: it may not know remote write 2.0 (protocol: "1.0" would)`
    : `receiver answered ${result.httpStatus}, but wrote ${written} of ${samples} samples`;
}
