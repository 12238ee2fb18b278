import type { Container } from './container.ts';
import type { Finding } from './finding.ts';
import type { FrameworkScore } from './framework-score.ts';
import type { Image } from './image.ts';

/** An image under one of its names, and all containers known to run it under that name. */
export interface ScanTarget {
  readonly image: Image;
  /** Empty for a scanned image that no summary references. */
  readonly containers: readonly Container[];
  /**
   * All names of the image, in the order of their targets, if it has more than one. Values of an image count
   * once for labels that several names share.
   */
  readonly names?: readonly Image[];
}

/** Findings stored as indexes, because images share most of their findings. */
export interface SharedFindings {
  /** Findings of all images. The list may grow, but its elements never change. */
  readonly all: readonly Finding[];
  /** Findings of one image, as indexes in `all`. */
  readonly indexes: Uint32Array;
}

/** All findings of one image. */
export interface ImageScan {
  /** Whether only the severity of each finding and whether it is fixable are known. */
  readonly hasOnlyCounts?: boolean;
  readonly target: ScanTarget;
  readonly findings: readonly Finding[];
  /** The same findings by index, for code that evaluates each distinct finding only once. */
  readonly shared?: SharedFindings;
  /** Build time of the vulnerability database, in seconds since the Unix epoch. Absent if unknown. */
  readonly databaseBuiltAtSeconds?: number;
  /**
   * Findings in packages that a container loaded at run time. Returns undefined if this is unknown for the
   * container. Absent if relevance was not requested.
   */
  relevantFindings?(container: Container): readonly Finding[] | undefined;
}

/** Facts that are known before the first findings are read. Small enough to keep for a whole cycle. */
export interface ScanInventory {
  /** Every cluster named in the results. More than one means that results are mixed. */
  readonly clusters: readonly string[];
  /** Images with readable findings, once per name. */
  readonly targets: readonly ScanTarget[];
  /** Containers that Kubescape could not scan. They never count as 0 findings. */
  readonly unscanned: readonly ScanTarget[];
  /** Containers with missing findings. Sums that include one of them are unknown as well. */
  readonly dangling?: readonly ScanTarget[];
  /** Number of summaries that reference missing findings. */
  readonly danglingReferences: number;
  /** Number of manifests that are left out because no summary references them. Absent without summaries. */
  readonly unreferencedImages?: number;
  /** Scores of frameworks. Empty unless the CLI calculated them. */
  readonly frameworks?: readonly FrameworkScore[];
}
