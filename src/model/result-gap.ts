/** Results whose sums need all of their reports. */
export type ResultGroup = 'vulnerabilities' | 'postures';

/** Part of the results is missing. Sums over the others would be too low, and nothing has ended. */
export interface ResultGap {
  readonly groups: readonly ResultGroup[];
  /** What is missing and what to do about it, in one sentence. */
  readonly message: string;
}
