import { LabelChecker } from '../labels/label-checker.ts';
import type { TimeSeries } from '../time-series.ts';
import type { Compress } from '../wire/compress.ts';
import type { Protocol, ProtocolVersion, RequestEncoder } from '../wire/protocol.ts';

const MIB = 1024 * 1024;

/** Prometheus and VictoriaMetrics refuse what decompresses to more than 32 MiB. */
export const MAX_BATCH_BYTES = 30 * MIB;

export interface BatchLimits {
  readonly maxSamples: number;
  /** Before compression, at most `MAX_BATCH_BYTES`. A single larger series goes alone. */
  readonly maxBytes: number;
}

/** One request body, ready to be sent and never changed after: retries repeat the same bytes. */
export interface Batch {
  readonly version: ProtocolVersion;
  /** Compressed. */
  readonly body: Uint8Array;
  readonly samples: number;
}

export interface BatcherOptions {
  /** Of the next batch: a receiver may turn out not to know the version of the one before. */
  readonly protocol: () => Protocol;
  readonly compress: Compress;
  readonly limits: () => BatchLimits;
  /**
   * Told of each series that is left out. It would cost its whole batch: receivers refuse, or
   * silently drop, more than the one bad series.
   */
  readonly onRefused: (reason: string) => void;
}

/** Collects series into batches; each batch is closed as soon as a limit is reached. */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #checker = new LabelChecker();
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

  /** Returns the batch that this series has completed, with or without the series itself. */
  add(series: TimeSeries): Batch | undefined {
    const problem = this.#checker.findProblem(series.labels);
    if (problem !== undefined) {
      this.#options.onRefused(problem);
      return undefined;
    }
    const before = this.#tryAdd(series, this.#limits.maxBytes)
      ? undefined
      : this.#startWith(series);
    return this.#samples >= this.#limits.maxSamples ? this.flush() : before;
  }

  /** Returns what is left. Nothing left is no batch: an empty request is never sent. */
  flush(): Batch | undefined {
    if (this.#samples === 0) return undefined;
    const samples = this.#samples;
    const body = this.#options.compress(this.#encoder.finish());
    const { version } = this.#protocol;
    this.#startAnew();
    return { version, body, samples };
  }

  #startAnew(): void {
    this.#samples = 0;
    this.#limits = this.#options.limits();
    const protocol = this.#options.protocol();
    if (protocol === this.#protocol) return;
    this.#protocol = protocol;
    this.#encoder = protocol.createEncoder();
  }

  /**
   * Closes the batch that had no room for the series. If one sample completes a batch, there was
   * none: so a series never completes two of them.
   */
  #startWith(series: TimeSeries): Batch | undefined {
    const before = this.flush();
    if (!this.#tryAdd(series, MAX_BATCH_BYTES)) {
      this.#options.onRefused(`one series has more than ${MAX_BATCH_BYTES / MIB} MiB`);
    }
    return before;
  }

  #tryAdd(series: TimeSeries, maxBytes: number): boolean {
    const added = this.#encoder.tryAdd(series, Math.min(maxBytes, MAX_BATCH_BYTES));
    if (added) this.#samples++;
    return added;
  }
}
