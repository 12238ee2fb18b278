/** One container of one workload, as the scan of its image describes it. */
export interface Container {
  readonly namespace: string;
  /** In the spelling of the Kubernetes API: `Deployment`. */
  readonly workloadKind: string;
  readonly workload: string;
  readonly name: string;
  /** Seconds since the Unix epoch of the last scan that changed anything; absent where not told. */
  readonly scannedAtSeconds?: number;
  /** `completed`, `ready`, or why there is no result: `too-large`, `unsupported-schema` … */
  readonly scanStatus: string;
}
