import type { ApiClient, ApiResult } from '../../kubernetes/api-client.ts';
import { collectList } from '../../kubernetes/collect-list.ts';
import { ListVersions } from './list-versions.ts';
import { METADATA_ONLY, METADATA_PAGE, type StorageKind, storagePath } from './storage-api.ts';

export interface FingerprintOptions {
  readonly client: ApiClient;
  /** Kubescape's own namespace. */
  readonly namespace: string;
  readonly kinds: readonly StorageKind[];
  readonly signal: AbortSignal;
}

/**
 * Returns a value that changes whenever a scan result does. Uses metadata lists, which bypass the
 * server's queue and thus do not delay scans. Kinds that are absent or forbidden count as empty.
 */
export async function fingerprint(options: FingerprintOptions): Promise<ApiResult<string>> {
  const hashes: string[] = [];
  for (const kind of options.kinds) {
    const result = await hashKind(kind, options);
    if (result.status === 'failed') return result;
    hashes.push(result.status === 'ok' ? result.value : '');
  }
  return { status: 'ok', value: hashes.join(' ') };
}

async function hashKind(
  kind: StorageKind,
  { client, namespace, signal }: FingerprintOptions,
): Promise<ApiResult<string>> {
  // A role may permit reading manifests only in Kubescape's namespace.
  const path = storagePath(kind, kind === 'vulnerabilitymanifests' ? namespace : undefined);
  const versions = new ListVersions();
  const result = await collectList(
    client,
    { path, query: METADATA_ONLY, limit: METADATA_PAGE },
    { signal, onPage: (items) => versions.add(items) },
  );
  return result.status === 'ok' ? { status: 'ok', value: versions.fingerprint() } : result;
}
