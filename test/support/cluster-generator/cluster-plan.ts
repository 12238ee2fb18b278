import type { Finding } from './finding.ts';
import type { ImageReference } from './image-reference.ts';
import type { IgnoredMatch } from './object-types.ts';
import type { Distro } from './package.ts';

/** Everything a cluster's objects are made from: random or written by hand. */
export interface ClusterPlan {
  readonly name: string;
  /** Where the operator runs and keeps every manifest. */
  readonly kubescapeNamespace: string;
  readonly scanner: ScannerRun;
  readonly images: readonly ImagePlan[];
  readonly containers: readonly ContainerPlan[];
  /** Namespace that summaries name for their manifest. Up to now the scanner writes the wrong one. */
  readonly referenceNamespace: 'workload' | 'kubescape';
  /** How many of the first objects of each kind come again, newer, at the end. */
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
  /** Made when asked for, so that a plan of thousands of images stays small. */
  findings(): readonly Finding[];
  readonly ignored?: readonly IgnoredMatch[];
  /** `missing`: no manifest exists. `metadata-only`: it is served with a zeroed spec. */
  readonly manifest: 'present' | 'missing' | 'metadata-only';
}

export interface Workload {
  readonly namespace: string;
  /** As Kubernetes spells it, e.g. `DaemonSet`. */
  readonly kind: string;
  readonly name: string;
}

export interface ContainerPlan {
  readonly workload: Workload;
  readonly container: string;
  readonly image: ImagePlan;
  readonly summary: 'present' | 'unsupported-schema' | 'metadata-only';
  /** When this container's own scan ended, if not at the cluster's time. */
  readonly scannedAt?: string;
  /** Says which findings lie in packages used at run time. Absent where nobody watched. */
  readonly isRelevant?: (finding: Finding) => boolean;
}

export function scannedAtSeconds({ scanner }: ClusterPlan, { scannedAt }: ContainerPlan): number {
  return Math.floor(Date.parse(scannedAt ?? scanner.scannedAt) / 1000);
}

/** Findings in packages that the container used, or undefined if that was not observed. */
export function relevantFindings(container: ContainerPlan): readonly Finding[] | undefined {
  const { isRelevant } = container;
  if (isRelevant === undefined) return undefined;
  return container.image.findings().filter((finding) => isRelevant(finding));
}
