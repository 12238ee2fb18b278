/** One container of a workload, as the scan of its image describes it. */
export interface Container {
  readonly namespace: string;
  /** Kind of the workload as the Kubernetes API spells it, such as `Deployment`. */
  readonly workloadKind: string;
  readonly workload: string;
  readonly name: string;
  /** Time of the last scan that changed the results, in seconds since the Unix epoch. Absent if unknown. */
  readonly scannedAtSeconds?: number;
  /** `completed`, `ready`, or the reason why there is no result, such as `too-large`. */
  readonly scanStatus: string;
}
