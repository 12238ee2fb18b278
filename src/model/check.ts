/** What a look at one thing that a push needs has found. */
export interface Check {
  /** What was looked at: `rights`, `remote write …`. */
  readonly subject: string;
  /** `warning`: a push works, but says less than it could. */
  readonly status: 'ok' | 'warning' | 'failed';
  /** What was found, and what to do where something is wrong; one sentence. */
  readonly finding: string;
}
