/** The parts of a Kubescape workload ID (`wlid`). */
export interface WorkloadId {
  readonly cluster: string;
  readonly namespace: string;
}

const pattern = /^wlid:\/\/cluster-(?<cluster>[^/]+)\/namespace-(?<namespace>[^/]*)(?:\/|$)/;

/** Parses `wlid://cluster-<cluster>/namespace-<namespace>/<kind>-<name>`. Returns undefined if invalid. */
export function parseWorkloadId(wlid: string): WorkloadId | undefined {
  const { cluster = '', namespace = '' } = pattern.exec(wlid)?.groups ?? {};
  return cluster === '' ? undefined : { cluster, namespace };
}
