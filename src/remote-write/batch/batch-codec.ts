import type { TimeSeries } from '../time-series.ts';
import type { Compressor } from '../wire/compress.ts';
import type { IsWanted, Protocol } from '../wire/protocol.ts';
import { protocols } from '../wire/protocols.ts';
import type { Batch, BatchLimits } from './batch.ts';

const NO_METADATA = { type: 'unknown', help: '' } as const;

/** Decodes batches and encodes new ones. */
export class BatchCodec {
  readonly #compressor: Compressor;

  constructor(compressor: Compressor) {
    this.#compressor = compressor;
  }

  /**
   * @param isWanted Selects series by index, starting at 0. Default: all.
   * @throws {Error} The body was not encoded by this program.
   */
  decode({ version, body }: Batch, isWanted?: IsWanted): TimeSeries[] {
    return protocols[version].decode(this.#compressor.uncompress(body), isWanted);
  }

  /** Yields as many batches as the limits require. A series that exceeds `maxBytes` gets its own batch. */
  *encode(series: Iterable<TimeSeries>, protocol: Protocol, limits: BatchLimits): Generator<Batch> {
    const encoder = protocol.createEncoder();
    let samples = 0;
    for (const one of series) {
      const isFull = samples >= limits.maxSamples || !encoder.tryAdd(one, limits.maxBytes);
      if (isFull) {
        if (samples > 0) yield this.#finish(protocol, encoder.finish(), samples);
        encoder.tryAdd(one, Infinity);
        samples = 0;
      }
      samples++;
    }
    if (samples > 0) yield this.#finish(protocol, encoder.finish(), samples);
  }

  /** Returns a batch with the same series and another timestamp. Re-encodes only the timestamps. */
  restamp(batch: Batch, timestampMs: number): Batch {
    const protocol = protocols[batch.version];
    const message = this.#compressor.uncompress(batch.body);
    if (protocol.restamp(message, timestampMs)) {
      return { ...batch, body: this.#compressor.compress(message) };
    }
    const series = protocol.decode(message).map((one) => ({ ...one, timestampMs }));
    const [all] = this.encode(series, protocol, { maxSamples: Infinity, maxBytes: Infinity });
    return all ?? batch;
  }

  /** Returns the same series without type and help, which are optional in 2.0. */
  omitMetadata(batch: Batch): Batch {
    const series = this.decode(batch).map((one) => ({ ...one, metadata: NO_METADATA }));
    const limits = { maxSamples: Infinity, maxBytes: Infinity };
    const [all] = this.encode(series, protocols[batch.version], limits);
    return all ?? batch;
  }

  #finish({ version }: Protocol, message: Uint8Array, samples: number): Batch {
    return { version, samples, body: this.#compressor.compress(message) };
  }
}
