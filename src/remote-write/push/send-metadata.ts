import type { Batch } from '../batch/batch.ts';
import type { SendQueue } from '../delivery/send-queue.ts';
import { createPassingBatch } from '../push-store/memory-batch.ts';
import { encodeMetadataV1, MAX_METADATA_PER_REQUEST } from '../wire/encode-metadata-v1.ts';
import type { MetadataCollector } from './metadata-collector.ts';
import type { Receiver } from './receiver.ts';

export interface MetadataOptions {
  readonly createQueue: () => SendQueue;
  /** What the queue is aborted by. */
  readonly signal: AbortSignal;
}

/**
 * Only 1.0 needs it: 2.0 carries it beside each series. A receiver that does not want it loses no
 * sample, so that it makes a warning and nothing else. Never rejects.
 */
export async function sendMetadata(
  { options }: Receiver,
  book: MetadataCollector,
  { createQueue, signal }: MetadataOptions,
): Promise<void> {
  if (!options.sendMetadata || options.choice.current !== '1.0') return;
  const queue = createQueue();
  const families = book.entries();
  for (let start = 0; start < families.length; start += MAX_METADATA_PER_REQUEST) {
    const message = encodeMetadataV1(families.slice(start, start + MAX_METADATA_PER_REQUEST));
    const body = options.compressor.compress(message);
    const batch: Batch = { version: '1.0', samples: 0, body };
    await queue.push(createPassingBatch(batch));
  }
  const { errors } = await queue.drain();
  if (signal.aborted) return;
  for (const error of errors) {
    options.onWarning(`type and help of metrics were not taken (metadata_config): ${error}`);
  }
}
