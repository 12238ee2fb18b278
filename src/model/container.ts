/** One container of a workload, from the scan of its image. */
export interface Container {
  readonly namespace: string;
  /** As the Kubernetes API spells it, such as `Deployment`. */
  readonly workloadKind: string;
  readonly workload: string;
  readonly name: string;
  /** Time of the last scan that changed the results, in seconds since the Unix epoch. Absent if unknown. */
  readonly scannedAtSeconds?: number;
  /** `completed`, `ready`, or why there is no result, such as `too-large`. */
  readonly scanStatus: string;
}
