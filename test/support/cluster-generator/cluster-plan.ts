import type { Finding } from './finding.ts';
import type { ImageReference } from './image-reference.ts';
import type { IgnoredMatch } from './object-types.ts';
import type { Distro } from './package.ts';

/** Input for a cluster's objects, random or written by hand. */
export interface ClusterPlan {
  readonly name: string;
  /** Namespace of the operator and of all manifests. */
  readonly kubescapeNamespace: string;
  readonly scanner: ScannerRun;
  readonly images: readonly ImagePlan[];
  readonly containers: readonly ContainerPlan[];
  /** Namespace in the references of summaries. The scanner writes the wrong one. */
  readonly referenceNamespace: 'workload' | 'kubescape';
  /** Number of objects of each kind that are repeated at the end with a newer version. */
  readonly duplicates: number;
}

export interface ScannerRun {
  readonly scannedAt: string;
  readonly databaseBuiltAt: string;
  readonly databaseVersion: string;
}

export interface ImagePlan {
  readonly reference: ImageReference;
  readonly distro: Distro;
  /** Generated on each call, so that a plan of thousands of images stays small. */
  findings(): readonly Finding[];
  readonly ignored?: readonly IgnoredMatch[];
  /** `missing`: no manifest exists. `metadata-only`: it is served with a zeroed spec. */
  readonly manifest: 'present' | 'missing' | 'metadata-only';
}

export interface Workload {
  readonly namespace: string;
  /** In the spelling of Kubernetes, e.g. `DaemonSet`. */
  readonly kind: string;
  readonly name: string;
}

export interface ContainerPlan {
  readonly workload: Workload;
  readonly container: string;
  readonly image: ImagePlan;
  readonly summary: 'present' | 'unsupported-schema' | 'metadata-only';
  /** Time of this container's scan, if it differs from the cluster's. */
  readonly scannedAt?: string;
  /** Whether a finding is relevant. Absent if unknown. */
  readonly isRelevant?: (finding: Finding) => boolean;
}

export function scannedAtSeconds({ scanner }: ClusterPlan, { scannedAt }: ContainerPlan): number {
  return Math.floor(Date.parse(scannedAt ?? scanner.scannedAt) / 1000);
}

/** Relevant findings; `undefined` if unknown. */
export function relevantFindings(container: ContainerPlan): readonly Finding[] | undefined {
  const { isRelevant } = container;
  if (isRelevant === undefined) return undefined;
  return container.image.findings().filter((finding) => isRelevant(finding));
}
