import { createHash } from 'node:crypto';

import * as z from 'zod';

import { ObjectMetadata } from '../../formats/object-metadata.ts';
import type { ApiClient, ApiResult } from '../../kubernetes/api-client.ts';
import { collectList } from './collect-list.ts';
import { changeKeyOf } from './manifest-index.ts';
import { METADATA_ONLY, type StorageKind, storagePath } from './storage-api.ts';

const PAGE = 500;

const Item = z.object({
  metadata: ObjectMetadata.extend({
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
  }),
});

export interface FingerprintPlace {
  readonly client: ApiClient;
  /** Kubescape's own namespace. */
  readonly namespace: string;
  readonly kinds: readonly StorageKind[];
  readonly signal: AbortSignal;
}

/**
 * What tells whether any scan result has changed, from lists of metadata only: those bypass the
 * server's queue, so asking often costs a scan nothing. Kinds that are not there count as empty.
 */
export async function fingerprint(place: FingerprintPlace): Promise<ApiResult<string>> {
  const hashes: string[] = [];
  for (const kind of place.kinds) {
    const result = await hashKind(kind, place);
    if (result.status === 'failed') return result;
    hashes.push(result.status === 'ok' ? result.value : '');
  }
  return { status: 'ok', value: hashes.join(' ') };
}

async function hashKind(
  kind: StorageKind,
  { client, namespace, signal }: FingerprintPlace,
): Promise<ApiResult<string>> {
  // All manifests lie there, and who reads scan results need not be allowed to read them elsewhere.
  const path = storagePath(kind, kind === 'vulnerabilitymanifests' ? namespace : undefined);
  const keys: string[] = [];
  const result = await collectList(
    client,
    { path, query: METADATA_ONLY, limit: PAGE },
    {
      signal,
      onPage(items) {
        for (const { value } of items) keys.push(keyOf(value));
      },
    },
  );
  if (result.status !== 'ok') return result;
  // A write moves an object to the end of the list, and may show it twice: order says nothing.
  const hash = createHash('sha256');
  for (const key of [...new Set(keys)].toSorted()) hash.update(key);
  return { status: 'ok', value: hash.digest('hex') };
}

function keyOf(item: unknown): string {
  const { data } = Item.safeParse(item);
  const { namespace = '', name = '' } = data?.metadata ?? {};
  return `${namespace}/${name}\0${data === undefined ? '' : changeKeyOf(data.metadata)}\n`;
}
