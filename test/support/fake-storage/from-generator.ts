import type { GeneratedCluster } from '../cluster-generator/cluster.ts';
import type { StoreContent } from './fill-store.ts';

/** The objects of a generated cluster. Manifests are large, so each read generates them again. */
export function fromGenerator(
  cluster: GeneratedCluster,
): StoreContent & { readonly kubescapeNamespace: string; readonly clusterData: ClusterData } {
  const { name, kubescapeNamespace } = cluster;
  return {
    summaries: cluster.summaries(),
    manifests: () => cluster.manifests(),
    kubescapeNamespace,
    clusterData: clusterData(name, kubescapeNamespace),
  };
}

/** `clusterData` as Kubescape's chart writes it. */
type ClusterData = ReturnType<typeof clusterData>;

function clusterData(clusterName: string, namespace: string) {
  return {
    clusterName,
    namespace,
    continuousPostureScan: false,
    relevantImageVulnerabilitiesEnabled: true,
    cveMatchingMode: 'adaptive',
    riskAcceptance: false,
  } as const;
}
