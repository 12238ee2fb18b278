/** API group of Kubescape's storage: an aggregated API, not CRDs. */
export const STORAGE_GROUP = 'spdx.softwarecomposition.kubescape.io';
export const STORAGE_ROOT = `/apis/${STORAGE_GROUP}/v1beta1`;

/** Configuration scans. The first two kinds hold vulnerabilities and need each other. */
export const POSTURE_KIND = 'workloadconfigurationscansummaries';
/** The same scans with the results of their rules. Written only with continuous scanning. */
export const POSTURE_DETAIL_KIND = 'workloadconfigurationscans';

export const storageKinds = [
  'vulnerabilitymanifestsummaries',
  'vulnerabilitymanifests',
  POSTURE_KIND,
  POSTURE_DETAIL_KIND,
] as const;
export type StorageKind = (typeof storageKinds)[number];

export function isPostureKind(kind: StorageKind): boolean {
  return kind === POSTURE_KIND || kind === POSTURE_DETAIL_KIND;
}

/**
 * Query for complete objects. By default the specs in a list are zero-valued (storage
 * `pkg/registry/file/storage.go`).
 */
export const FULL_SPEC = { resourceVersion: 'fullSpec' } as const;
/** Objects per page: small enough to parse without delaying other work. */
export const FULL_PAGE = 200;
/** A detail object can contain the whole resource. */
export const DETAIL_PAGE = 50;

/** Query for metadata. Such requests bypass the server's queue, where kubevuln's writes wait. */
export const METADATA_ONLY = { resourceVersion: 'metadata' } as const;
/** The server's maximum page size. */
export const METADATA_PAGE = 500;

/** API path of a kind, optionally restricted to a namespace or to one object. */
export function storagePath(kind: StorageKind, namespace?: string, name?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${STORAGE_ROOT}${scope}/${kind}${object}`;
}

/** RBAC rule in YAML that permits reading these kinds. */
export function rbacRule(kinds: readonly StorageKind[]): string {
  return `{apiGroups: [${STORAGE_GROUP}], resources: [${kinds.join(', ')}], verbs: [get, list, watch]}`;
}
