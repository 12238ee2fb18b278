import type { Container } from '../model/container.ts';
import type { FrameworkScore } from '../model/framework-score.ts';
import type { ImageScan, ScanInventory } from '../model/image-scan.ts';
import type { PostureScan } from '../model/posture-scan.ts';
import type { ControlLabel, LabelName, ResourceLabel, TargetLabel } from './label-catalogue.ts';
import type { Where } from './where.ts';

/** How values with the same label set are combined. */
export type Combine = 'sum' | 'max';

interface RowOf<Over extends string> {
  /** Name of the metric, without the prefix in the tables and with it in the engine. */
  readonly name: string;
  /** HELP text: one sentence that names what is counted. */
  readonly help: string;
  /** Kind of object that the row describes. */
  readonly over: Over;
}

/** Counts or ranks findings. */
export interface FindingRow extends RowOf<'findings'> {
  readonly labels: readonly LabelName[];
  readonly where?: Where;
  /** Number of findings, number of distinct vulnerability IDs, or highest CVSS base score. */
  readonly value: 'count' | 'unique' | 'max_cvss';
  /** Whether values of several shards cannot be combined. Shards leave such a row out. */
  readonly needsWholeCluster?: boolean;
}

/** A fact about each container. A container without a value is omitted, not reported as 0. */
export interface ContainerRow extends RowOf<'containers'> {
  readonly labels: readonly TargetLabel[];
  readonly combine: Combine;
  readonly value: (container: Container, scan: ImageScan) => number | undefined;
  /** Whether containers that Kubescape could not scan are included. */
  readonly unscanned?: boolean;
}

/** A fact about each image. */
export interface ImageRow extends RowOf<'images'> {
  readonly labels: readonly TargetLabel[];
  readonly combine: Combine;
  readonly value: (scan: ImageScan) => number | undefined;
}

/** One value of a resource, with the labels that depend on the value. */
export interface PostureValue {
  readonly labels?: Readonly<Partial<Record<ControlLabel, string>>>;
  readonly value: number;
}

/** Facts about the configuration of each resource. */
export interface PostureRow extends RowOf<'postures'> {
  readonly labels: readonly (ResourceLabel | ControlLabel)[];
  readonly combine: Combine;
  /** Whether the row is reported only if other rows need configuration scans. */
  readonly isIncidental?: boolean;
  readonly values: (posture: PostureScan) => readonly PostureValue[];
}

/** A fact about each framework that the CLI scored. */
export interface FrameworkRow extends RowOf<'frameworks'> {
  readonly labels: readonly ['cluster', 'framework'];
  readonly value: (score: FrameworkScore) => number;
}

/** A fact about the whole scan. */
export interface ScanRow extends RowOf<'scan'> {
  readonly labels: readonly ['cluster'];
  /** Whether the value is wrong if any report is missing. */
  readonly needsAllReports?: boolean;
  readonly value: (inventory: ScanInventory) => number | undefined;
}

/** A metric as a table row: name, help, labels, value. */
export type MetricRow = FindingRow | ContainerRow | ImageRow | PostureRow | FrameworkRow | ScanRow;
