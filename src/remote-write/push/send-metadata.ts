import type { Batch } from '../batch/batch.ts';
import { createTransientBatch } from '../push-store/memory-batch.ts';
import { encodeMetadataV1, MAX_METADATA_PER_REQUEST } from '../wire/encode-metadata-v1.ts';
import type { MetadataCollector } from './metadata-collector.ts';
import type { Push } from './push.ts';

/**
 * Sends the metadata of metric families with remote write 1.0, which has separate messages for it. If the
 * receiver rejects metadata, no samples are lost, so this is only a warning. Never rejects.
 */
export async function sendMetadata(push: Push, metadata: MetadataCollector): Promise<void> {
  const { options } = push.receiver;
  if (!options.sendMetadata || options.choice.current !== '1.0') return;
  const queue = push.createQueue();
  const families = metadata.entries();
  for (let start = 0; start < families.length; start += MAX_METADATA_PER_REQUEST) {
    const message = encodeMetadataV1(families.slice(start, start + MAX_METADATA_PER_REQUEST));
    const body = options.compressor.compress(message);
    const batch: Batch = { version: '1.0', samples: 0, body };
    await queue.push(createTransientBatch(batch));
  }
  const { errors } = await queue.drain();
  if (push.signal.aborted) return;
  for (const error of errors) {
    options.onWarning(
      `metadata was rejected; to stop sending it, set metadata_config.send: false: ${error}`,
    );
  }
}
