/** What a Kubescape workload id (`wlid`) says. */
export interface WorkloadId {
  readonly cluster: string;
  readonly namespace: string;
}

const pattern = /^wlid:\/\/cluster-(?<cluster>[^/]+)\/namespace-(?<namespace>[^/]*)(?:\/|$)/;

/** Reads `wlid://cluster-<cluster>/namespace-<namespace>/<kind>-<name>`; `undefined` if it is none. */
export function parseWorkloadId(wlid: string): WorkloadId | undefined {
  const { cluster = '', namespace = '' } = pattern.exec(wlid)?.groups ?? {};
  return cluster === '' ? undefined : { cluster, namespace };
}
