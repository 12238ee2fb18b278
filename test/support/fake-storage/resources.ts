import { EMPTY_MANIFEST_SPEC } from '../cluster-generator/manifest.ts';
import { EMPTY_SUMMARY_SPEC } from '../cluster-generator/summary.ts';

export const GROUP = 'spdx.softwarecomposition.kubescape.io';
export const VERSION = 'v1beta1';

export interface Resource {
  readonly kind: string;
  /** Returned instead of a spec that was not requested. */
  readonly zeroSpec: unknown;
  readonly hasStatus: boolean;
}

const NO_SEVERITIES = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };

export const RESOURCES = {
  vulnerabilitymanifests: {
    kind: 'VulnerabilityManifest',
    zeroSpec: EMPTY_MANIFEST_SPEC,
    hasStatus: true,
  },
  vulnerabilitymanifestsummaries: {
    kind: 'VulnerabilityManifestSummary',
    zeroSpec: EMPTY_SUMMARY_SPEC,
    hasStatus: true,
  },
  workloadconfigurationscans: {
    kind: 'WorkloadConfigurationScan',
    zeroSpec: { controls: null, relatedObjects: null },
    hasStatus: false,
  },
  workloadconfigurationscansummaries: {
    kind: 'WorkloadConfigurationScanSummary',
    zeroSpec: { severities: NO_SEVERITIES, controls: null },
    hasStatus: false,
  },
} as const satisfies Readonly<Record<string, Resource>>;

export type ResourceName = keyof typeof RESOURCES;

export const RESOURCE_NAMES: readonly ResourceName[] = [
  'vulnerabilitymanifests',
  'vulnerabilitymanifestsummaries',
  'workloadconfigurationscans',
  'workloadconfigurationscansummaries',
];

export function isResourceName(name: string): name is ResourceName {
  return Object.hasOwn(RESOURCES, name);
}

export function resourceOfKind(kind: string): ResourceName {
  const found = RESOURCE_NAMES.find((name) => RESOURCES[name].kind === kind);
  if (found === undefined) throw new TypeError(`the storage has no kind "${kind}"`);
  return found;
}
