import type { Severity } from './severity.ts';

/** One match of a scan: one vulnerability in one package of one image. */
export interface Finding {
  /** `CVE-2021-44228`, or the id of another database where there is no CVE. */
  readonly id: string;
  readonly severity: Severity;
  readonly packageName: string;
  readonly packageVersion: string;
  /** Package ecosystem as Syft names it: `deb`, `apk`, `go-module` … */
  readonly packageType: string;
  /** Package URL; with the id it identifies a finding within an image. */
  readonly packageUrl: string;
  /** First version that is not vulnerable; several joined by a comma; empty where none is known. */
  readonly fixedVersion: string;
  readonly fixable: boolean;
  readonly remoteCodeExecution: boolean;
  /** Highest CVSS base score, 0–10 with one decimal; 0 where the scan has none. */
  readonly cvssScore: number;
}
