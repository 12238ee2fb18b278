import { createHash } from 'node:crypto';

import type { ObjectMetadata } from './stored-object.ts';

export const CHECKSUM = 'kubescape.io/sync-checksum';

/** Hashes everything a writer can change. Writing an equal object changes nothing. */
export function contentHash({ labels, annotations }: ObjectMetadata, spec: string): string {
  const { [CHECKSUM]: _own, ...others } = annotations ?? {};
  return createHash('sha256')
    .update(JSON.stringify([labels ?? {}, others]))
    .update(spec)
    .digest('hex');
}

/** Adds the annotation that shows readers of metadata whether an object has changed. */
export function withChecksum(metadata: ObjectMetadata, checksum: string): ObjectMetadata {
  return { ...metadata, annotations: { ...metadata.annotations, [CHECKSUM]: checksum } };
}
