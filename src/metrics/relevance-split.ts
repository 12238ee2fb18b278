import type { Container } from '../model/container.ts';
import type { Finding } from '../model/finding.ts';
import type { ImageScan } from '../model/image-scan.ts';

/** Findings of one container, split by whether it loaded the affected package. */
export interface SplitFindings {
  readonly relevant: readonly Finding[];
  readonly others: readonly Finding[];
}

/** Splits an image's findings for one container, only once for all rows. */
export class RelevanceSplit {
  #scan: ImageScan | undefined;
  #findings: readonly Finding[] | undefined;
  #container: Container | undefined;
  #split: SplitFindings | undefined;

  /** Returns undefined if it is unknown what the container loaded. */
  of(scan: ImageScan, container: Container): SplitFindings | undefined {
    if (scan !== this.#scan) {
      this.#scan = scan;
      this.#findings = undefined;
      this.#container = undefined;
    }
    if (container !== this.#container) {
      this.#container = container;
      const relevant = scan.relevantFindings?.(container);
      // Some scans build the list of findings on every access.
      this.#split = relevant && split((this.#findings ??= scan.findings), relevant);
    }
    return this.#split;
  }
}

/** Ignores findings that occur only in the relevant manifest, because they come from another database. */
function split(all: readonly Finding[], relevant: readonly Finding[]): SplitFindings {
  const keys = new Set(relevant.map(keyOf));
  return {
    relevant: all.filter((finding) => keys.has(keyOf(finding))),
    others: all.filter((finding) => !keys.has(keyOf(finding))),
  };
}

/** ID and package URL identify a finding within an image. Some packages have no URL. */
function keyOf({ id, packageUrl, packageName, packageVersion }: Finding): string {
  return packageUrl === '' ? `${id}\0${packageName}\0${packageVersion}` : `${id}\0${packageUrl}`;
}
