import type { BatchCodec } from '../batch/batch-codec.ts';
import type { Batch } from '../batch/batch.ts';
import type { KeptBatch } from '../push-store/cycle-store.ts';
import type { Compressor } from '../wire/compress.ts';
import { protocols } from '../wire/protocols.ts';
import { StampPatch } from '../wire/stamp-patch.ts';

/** Gives batches other timestamps, again and again. */
export class Restamper {
  readonly #codec: BatchCodec;
  readonly #compressor: Compressor;
  /** Nothing for a batch in which no patch is possible. */
  readonly #patches = new WeakMap<KeptBatch, StampPatch | 'none'>();

  constructor(codec: BatchCodec, compressor: Compressor) {
    this.#codec = codec;
    this.#compressor = compressor;
  }

  /**
   * @throws {Error} If the batch cannot be read back.
   */
  restamp(kept: KeptBatch, timestampMs: number): Batch {
    const batch = kept.read();
    const patch = this.#patches.get(kept) ?? this.#find(kept, batch);
    const body = patch === 'none' ? undefined : patch.apply(batch.body, timestampMs);
    return body === undefined ? this.#codec.restamp(batch, timestampMs) : { ...batch, body };
  }

  /**
   * Does beforehand what the first restamping of a batch would have to do. Never throws: what is for
   * later must not end the cycle, and whoever needs it then is told of the error.
   */
  prepare(kept: KeptBatch, batch: Batch): void {
    try {
      this.#find(kept, batch);
    } catch {
      this.#patches.set(kept, 'none');
    }
  }

  #find(kept: KeptBatch, { body, version }: Batch): StampPatch | 'none' {
    const protocol = protocols[version];
    const found = StampPatch.find(body, { protocol, compressor: this.#compressor });
    this.#patches.set(kept, found ?? 'none');
    return found ?? 'none';
  }
}
