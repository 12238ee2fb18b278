import type { Container } from '../model/container.ts';
import type { ImageScan, ScanInventory } from '../model/image-scan.ts';
import type { PostureScan } from '../model/posture-scan.ts';
import type { ControlLabel, LabelName, ResourceLabel, TargetLabel } from './label-catalogue.ts';
import type { Where } from './where.ts';

/** How values that fall on one label set become one. */
export type Combine = 'sum' | 'max';

interface RowOf<Over extends string> {
  /** Without the prefix in the tables, with it where rows are run. */
  readonly name: string;
  /** HELP text: one sentence; says what is counted. */
  readonly help: string;
  /** What the row has one value of. */
  readonly over: Over;
}

/** Counts or ranks findings. */
export interface FindingRow extends RowOf<'findings'> {
  readonly labels: readonly LabelName[];
  readonly where?: Where;
  /** `count`: findings; `unique`: distinct vulnerability ids; `max_cvss`: highest base score. */
  readonly value: 'count' | 'unique' | 'max_cvss';
}

/** States a fact about each container; one without a value is left out, never 0. */
export interface ContainerRow extends RowOf<'containers'> {
  readonly labels: readonly TargetLabel[];
  readonly combine: Combine;
  readonly value: (container: Container, scan: ImageScan) => number | undefined;
  /** Whether containers count too that Kubescape could not scan. */
  readonly unscanned?: boolean;
}

/** States a fact about each image. */
export interface ImageRow extends RowOf<'images'> {
  readonly labels: readonly TargetLabel[];
  readonly combine: Combine;
  readonly value: (scan: ImageScan) => number | undefined;
}

/** One value of a resource, with the labels that the resource itself does not give. */
export interface PostureValue {
  readonly labels?: Readonly<Partial<Record<ControlLabel, string>>>;
  readonly value: number;
}

/** States facts about the configuration of each resource. */
export interface PostureRow extends RowOf<'postures'> {
  readonly labels: readonly (ResourceLabel | ControlLabel)[];
  readonly combine: Combine;
  /** Whether it has its value where configuration scans are read, and is no reason to read them. */
  readonly isIncidental?: boolean;
  readonly values: (posture: PostureScan) => readonly PostureValue[];
}

/** States a fact about the scan as a whole. */
export interface ScanRow extends RowOf<'scan'> {
  readonly labels: readonly ['cluster'];
  readonly value: (inventory: ScanInventory) => number | undefined;
}

/** A metric: name, help, labels, and what its value is. Adding one is adding a row to a table. */
export type MetricRow = FindingRow | ContainerRow | ImageRow | PostureRow | ScanRow;
