import * as z from 'zod';

import type { ApiClient } from '../../kubernetes/api-client.ts';
import { readJsonBody } from '../../kubernetes/json-body.ts';

const MAX_BYTES = 4 * 2 ** 20;

const ConfigMap = z.object({ data: z.object({ clusterData: z.string() }) });
const ClusterData = z.object({ clusterName: z.string().min(1) });

/** `ok` without a name means that the configuration does not exist or that reading it is not permitted. */
export type ClusterNameResult =
  | { readonly status: 'ok'; readonly name: string | undefined }
  | { readonly status: 'failed'; readonly message: string };

/**
 * Reads the cluster's name as set in Kubescape's Helm chart: `clusterData` in ConfigMap
 * `ks-cloud-config`.
 */
export async function readClusterName(
  client: ApiClient,
  namespace: string,
  signal: AbortSignal,
): Promise<ClusterNameResult> {
  const result = await client.get(
    {
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/ks-cloud-config`,
      read: async (body) => (await readJsonBody(body, MAX_BYTES)).value,
    },
    signal,
  );
  if (result.status === 'failed') return result;
  const { data: map } = ConfigMap.safeParse(result.status === 'ok' ? result.value : undefined);
  return { status: 'ok', name: map && nameIn(map.data.clusterData) };
}

function nameIn(json: string): string | undefined {
  try {
    return ClusterData.safeParse(JSON.parse(json)).data?.clusterName;
  } catch {
    return undefined;
  }
}
