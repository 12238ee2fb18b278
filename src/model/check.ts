/** The result of checking one thing that a push needs. */
export interface Check {
  /** Name of the check, such as `permissions`. */
  readonly subject: string;
  /** `warning`: a push works, but reports less than it could. */
  readonly status: 'ok' | 'warning' | 'failed';
  /** One sentence: what was found, and what to do about a problem. */
  readonly finding: string;
}
