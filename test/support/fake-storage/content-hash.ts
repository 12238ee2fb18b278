import { createHash } from 'node:crypto';

import type { ObjectMetadata } from './stored-object.ts';

export const CHECKSUM = 'kubescape.io/sync-checksum';

/** Hashes all that a writer can change: equal means that a write would change nothing. */
export function contentHash({ labels, annotations }: ObjectMetadata, spec: string): string {
  const { [CHECKSUM]: _own, ...others } = annotations ?? {};
  return createHash('sha256')
    .update(JSON.stringify([labels ?? {}, others]))
    .update(spec)
    .digest('hex');
}

/** With the annotation by which a reader of metadata can tell that an object has changed. */
export function withChecksum(metadata: ObjectMetadata, checksum: string): ObjectMetadata {
  return { ...metadata, annotations: { ...metadata.annotations, [CHECKSUM]: checksum } };
}
