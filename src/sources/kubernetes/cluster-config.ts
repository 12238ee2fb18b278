import * as z from 'zod';

import type { ApiClient } from './api-client.ts';
import { readJsonBody } from './json-body.ts';

const MAX_BYTES = 4 * 2 ** 20;

const ConfigMap = z.object({ data: z.object({ clusterData: z.string() }) });
const ClusterData = z.object({ clusterName: z.string().min(1) });

/**
 * The cluster's name as Kubescape's own chart was told it: `clusterData` of ConfigMap
 * `ks-cloud-config`. `undefined` if it is not there or may not be read; other places name it too.
 */
export async function readClusterName(
  client: ApiClient,
  namespace: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const result = await client.get(
    {
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/ks-cloud-config`,
      read: async (body) => (await readJsonBody(body, MAX_BYTES)).value,
    },
    signal,
  );
  if (result.status !== 'ok') return undefined;
  const map = ConfigMap.safeParse(result.value);
  return map.success ? nameIn(map.data.data.clusterData) : undefined;
}

function nameIn(json: string): string | undefined {
  try {
    return ClusterData.safeParse(JSON.parse(json)).data?.clusterName;
  } catch {
    return undefined;
  }
}
