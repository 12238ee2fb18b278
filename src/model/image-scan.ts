import type { Container } from './container.ts';
import type { Finding } from './finding.ts';
import type { Image } from './image.ts';

/** An image and every container known to run it. */
export interface ScanTarget {
  readonly image: Image;
  /** Empty for an image that was scanned but that no summary refers to. */
  readonly containers: readonly Container[];
}

/** Findings by their numbers, where images share most of them. */
export interface SharedFindings {
  /** Those of all images; it may grow, but none of them changes. */
  readonly all: readonly Finding[];
  /** Those of one image: indexes in `all`. */
  readonly indexes: Uint32Array;
}

/** All findings of one image. */
export interface ImageScan {
  readonly target: ScanTarget;
  readonly findings: readonly Finding[];
  /** The same findings, for who looks at each distinct one only once. */
  readonly shared?: SharedFindings;
  /** Seconds since the Unix epoch when the vulnerability database was built; absent if not told. */
  readonly databaseBuiltAtSeconds?: number;
  /**
   * The findings in what one of the containers loaded at run time; `undefined` where nobody watched
   * it, or where what was seen cannot be read. Absent where nobody asked.
   */
  relevantFindings?(container: Container): readonly Finding[] | undefined;
}

/** What is known before the first findings are read: small, and held whole for a cycle. */
export interface ScanInventory {
  /** Every cluster that the results themselves name; more than one is a mixture. */
  readonly clusters: readonly string[];
  /** Images whose findings can be read, each once. */
  readonly targets: readonly ScanTarget[];
  /** Containers that Kubescape could not scan, as it says itself; never counted as 0 findings. */
  readonly unscanned: readonly ScanTarget[];
  /** Containers whose findings are not there: what shares all labels with one is not known either. */
  readonly dangling?: readonly ScanTarget[];
  /** Summaries that refer to findings which are not there. */
  readonly danglingReferences: number;
}
