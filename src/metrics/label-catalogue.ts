import type { Container } from '../model/container.ts';
import type { Finding } from '../model/finding.ts';
import type { Image } from '../model/image.ts';
import type { PostureScan } from '../model/posture-scan.ts';

/** Facts that provide the label values of a finding series. */
export interface TargetFacts {
  readonly cluster: string;
  readonly image: Image;
  readonly container: Container;
}

/** Facts that provide the label values of a posture series. */
export interface PostureFacts {
  readonly cluster: string;
  readonly posture: PostureScan;
}

const ofContainer = {
  namespace: ({ container }: TargetFacts) => container.namespace,
  workload_kind: ({ container }: TargetFacts) => container.workloadKind,
  workload: ({ container }: TargetFacts) => container.workload,
  name: ({ container }: TargetFacts) => container.name,
  status: ({ container }: TargetFacts) => container.scanStatus,
} as const;

const ofImage = {
  registry: ({ image }: TargetFacts) => image.registry,
  image: ({ image }: TargetFacts) => image.repository,
  tag: ({ image }: TargetFacts) => image.tag,
  image_id: ({ image }: TargetFacts) => image.id,
} as const;

/** Labels of a container and its image. */
export const targetLabels = {
  cluster: ({ cluster }: TargetFacts) => cluster,
  ...ofContainer,
  ...ofImage,
} as const;
export type TargetLabel = keyof typeof targetLabels;

export function targetLabel(name: TargetLabel, facts: TargetFacts): string {
  return targetLabels[name](facts);
}

/** Labels of a finding. */
export const findingLabels = {
  severity: ({ severity }: Finding) => severity,
  vulnerability_id: ({ id }: Finding) => id,
  package: ({ packageName }: Finding) => packageName,
  package_version: ({ packageVersion }: Finding) => packageVersion,
  package_type: ({ packageType }: Finding) => packageType,
  fixed_version: ({ fixedVersion }: Finding) => fixedVersion,
  fixable: ({ fixable }: Finding) => String(fixable),
  rce: ({ remoteCodeExecution }: Finding) => String(remoteCodeExecution),
} as const;
export type FindingLabel = keyof typeof findingLabels;

export type LabelName = TargetLabel | FindingLabel;

/** Labels of a resource with a configuration scan. */
export const postureLabels = {
  cluster: ({ cluster }: PostureFacts) => cluster,
  namespace: ({ posture }: PostureFacts) => posture.namespace,
  workload_kind: ({ posture }: PostureFacts) => posture.workloadKind,
  workload: ({ posture }: PostureFacts) => posture.workload,
} as const;
export type ResourceLabel = keyof typeof postureLabels;

/** Labels of a control result. The row provides their values. */
export type ControlLabel = 'severity' | 'control_id' | 'control' | 'status' | 'framework';

/** Labels that identify a container. The docs call them C. */
export const containerLabels = [
  'cluster',
  'namespace',
  'workload_kind',
  'workload',
  'name',
  'registry',
  'image',
  'tag',
] as const satisfies readonly TargetLabel[];

/** Labels that identify a scanned image. */
export const imageLabels = [
  'cluster',
  'registry',
  'image',
  'tag',
  'image_id',
] as const satisfies readonly TargetLabel[];

/** Labels that identify a resource. Only RBAC results can have equal ones. */
export const resourceLabels = [
  'cluster',
  'namespace',
  'workload_kind',
  'workload',
] as const satisfies readonly ResourceLabel[];

export function isTargetLabel(name: string): name is TargetLabel {
  return Object.hasOwn(targetLabels, name);
}

/** Whether containers of the same image can have different values. */
export function isContainerLabel(name: string): boolean {
  return Object.hasOwn(ofContainer, name);
}

/** Whether the value depends only on the image, so that all containers of an image share it. */
export function isImageLabel(name: string): name is keyof typeof ofImage {
  return Object.hasOwn(ofImage, name);
}

export function isFindingLabel(name: string): name is FindingLabel {
  return Object.hasOwn(findingLabels, name);
}

export function isResourceLabel(name: string): name is ResourceLabel {
  return Object.hasOwn(postureLabels, name);
}
