import type { GeneratedCluster } from '../cluster-generator/cluster.ts';
import type { StoreContent } from './fill-store.ts';

/** The objects of a made-up cluster. Its manifests, which are big, are made up again on each read. */
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

/** What Kubescape's chart writes of its settings into the cluster. */
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
