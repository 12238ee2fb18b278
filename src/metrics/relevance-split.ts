import type { Container } from '../model/container.ts';
import type { Finding } from '../model/finding.ts';
import type { ImageScan } from '../model/image-scan.ts';

/** The findings of one container, by whether it loaded what has them. */
export interface SplitFindings {
  readonly relevant: readonly Finding[];
  readonly others: readonly Finding[];
}

/** Splits the findings of an image for one of its containers, once for all rows that ask. */
export class RelevanceSplit {
  #scan: ImageScan | undefined;
  #findings: readonly Finding[] | undefined;
  #container: Container | undefined;
  #split: SplitFindings | undefined;

  /** `undefined` where nobody knows what the container loaded: that is neither nothing nor all. */
  of(scan: ImageScan, container: Container): SplitFindings | undefined {
    if (scan !== this.#scan) {
      this.#scan = scan;
      this.#findings = undefined;
      this.#container = undefined;
    }
    if (container !== this.#container) {
      this.#container = container;
      const relevant = scan.relevantFindings?.(container);
      // Some scans put the list of their findings together anew for everyone who asks.
      this.#split = relevant && split((this.#findings ??= scan.findings), relevant);
    }
    return this.#split;
  }
}

/** Those of the image decide: what only the narrower scan has was found with another database. */
function split(all: readonly Finding[], relevant: readonly Finding[]): SplitFindings {
  const keys = new Set(relevant.map(keyOf));
  return {
    relevant: all.filter((finding) => keys.has(keyOf(finding))),
    others: all.filter((finding) => !keys.has(keyOf(finding))),
  };
}

/** Id and package URL identify a finding within an image; some packages have no URL. */
function keyOf({ id, packageUrl, packageName, packageVersion }: Finding): string {
  return packageUrl === '' ? `${id}\0${packageName}\0${packageVersion}` : `${id}\0${packageUrl}`;
}
