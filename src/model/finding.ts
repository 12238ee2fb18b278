import type { Severity } from './severity.ts';

/** One vulnerability in one package of one image. */
export interface Finding {
  /** A CVE such as `CVE-2021-44228`, or an ID from another database if there is no CVE. */
  readonly id: string;
  readonly severity: Severity;
  readonly packageName: string;
  readonly packageVersion: string;
  /** Package ecosystem as Syft names it: `deb`, `apk`, `go-module` … */
  readonly packageType: string;
  /** Package URL. Together with `id` it identifies a finding within an image. */
  readonly packageUrl: string;
  /** First fixed version. Several versions are separated by commas. Empty if unknown. */
  readonly fixedVersion: string;
  readonly fixable: boolean;
  readonly remoteCodeExecution: boolean;
  /** Highest CVSS base score, 0–10 with one decimal. 0 if the scan has none. */
  readonly cvssScore: number;
}
