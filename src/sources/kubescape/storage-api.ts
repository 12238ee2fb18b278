/** API group of Kubescape's storage: an aggregated API, not CRDs. */
export const STORAGE_GROUP = 'spdx.softwarecomposition.kubescape.io';
export const STORAGE_ROOT = `/apis/${STORAGE_GROUP}/v1beta1`;

/** Configuration scans. The other two kinds hold vulnerabilities and need each other. */
export const POSTURE_KIND = 'workloadconfigurationscansummaries';

export const storageKinds = [
  'vulnerabilitymanifestsummaries',
  'vulnerabilitymanifests',
  POSTURE_KIND,
] as const;
export type StorageKind = (typeof storageKinds)[number];

/**
 * Query for complete objects. By default the specs in a list are zero-valued (storage
 * `pkg/registry/file/storage.go`).
 */
export const FULL_SPEC = { resourceVersion: 'fullSpec' } as const;
/** Objects per page: small enough to parse without delaying other work. */
export const FULL_PAGE = 200;

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
