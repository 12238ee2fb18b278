import type { TimeSeries } from '../time-series.ts';
import type { Compress } from '../wire/compress.ts';
import type { Protocol, ProtocolVersion, RequestEncoder } from '../wire/protocol.ts';

const MIB = 1024 * 1024;

/** Prometheus and VictoriaMetrics reject requests that decompress to more than 32 MiB. */
export const MAX_BATCH_BYTES = 30 * MIB;

export interface BatchLimits {
  readonly maxSamples: number;
  /** Uncompressed size, at most `MAX_BATCH_BYTES`. A series that exceeds it gets its own batch. */
  readonly maxBytes: number;
}

/** One request body. A batch never changes, so that retries send the same bytes. */
export interface Batch {
  readonly version: ProtocolVersion;
  /** Snappy-compressed protobuf message. */
  readonly body: Uint8Array;
  readonly samples: number;
}

export interface BatcherOptions {
  /** Protocol of the next batch. May change after the receiver rejects a version. */
  readonly protocol: () => Protocol;
  readonly compress: Compress;
  readonly limits: () => BatchLimits;
  /** Called for each series that does not fit into a request. */
  readonly onInvalid: (reason: string) => void;
}

/** Collects series into batches and closes a batch as soon as it reaches a limit. */
export class Batcher {
  readonly #options: BatcherOptions;
  #protocol: Protocol;
  #encoder: RequestEncoder;
  #limits: BatchLimits;
  #samples = 0;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#protocol = options.protocol();
    this.#encoder = this.#protocol.createEncoder();
    this.#limits = options.limits();
  }

  /** Returns a batch if this series completes one, with or without the series itself. */
  add(series: TimeSeries): Batch | undefined {
    const before = this.#tryAdd(series, this.#limits.maxBytes)
      ? undefined
      : this.#startWith(series);
    return this.#samples >= this.#limits.maxSamples ? this.flush() : before;
  }

  /** Returns the remaining series as a batch, or undefined if there are none: an empty request is never sent. */
  flush(): Batch | undefined {
    if (this.#samples === 0) return undefined;
    const samples = this.#samples;
    const body = this.#options.compress(this.#encoder.finish());
    const { version } = this.#protocol;
    this.#reset();
    return { version, body, samples };
  }

  #reset(): void {
    this.#samples = 0;
    this.#limits = this.#options.limits();
    const protocol = this.#options.protocol();
    if (protocol === this.#protocol) return;
    this.#protocol = protocol;
    this.#encoder = protocol.createEncoder();
  }

  /**
   * Closes the batch that has no room for the series. A batch with a limit of one sample is closed as soon as it
   * has that sample, so one series never completes two batches.
   */
  #startWith(series: TimeSeries): Batch | undefined {
    const before = this.flush();
    if (!this.#tryAdd(series, MAX_BATCH_BYTES)) {
      this.#options.onInvalid(`a series is larger than ${MAX_BATCH_BYTES / MIB} MiB`);
    }
    return before;
  }

  #tryAdd(series: TimeSeries, maxBytes: number): boolean {
    const added = this.#encoder.tryAdd(series, Math.min(maxBytes, MAX_BATCH_BYTES));
    if (added) this.#samples++;
    return added;
  }
}
