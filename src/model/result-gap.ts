/** A group of results. Its sums are correct only if all of its reports were read. */
export type ResultGroup = 'vulnerabilities' | 'postures';

/** Results that are missing. Sums over the others would be too low, and no missing series has ended. */
export interface ResultGap {
  readonly groups: readonly ResultGroup[];
  /** What is missing and what to do about it, in one sentence. */
  readonly message: string;
}
