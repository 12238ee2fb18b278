/** API group and version of Kubescape's storage: an aggregated API, not CRDs. */
export const STORAGE_GROUP = 'spdx.softwarecomposition.kubescape.io';
export const STORAGE_ROOT = `/apis/${STORAGE_GROUP}/v1beta1`;

/** Holds configuration scans; the other kinds belong together and hold vulnerabilities. */
export const POSTURE_KIND = 'workloadconfigurationscansummaries';

/** The resources that are read. */
export const storageKinds = [
  'vulnerabilitymanifestsummaries',
  'vulnerabilitymanifests',
  POSTURE_KIND,
] as const;
export type StorageKind = (typeof storageKinds)[number];

/**
 * Serves whole objects. Without it a list answers with specs that are there but zero-valued
 * (storage `pkg/registry/file/storage.go`).
 */
export const FULL_SPEC = { resourceVersion: 'fullSpec' } as const;

/** Asks for metadata only, and so bypasses the queue that kubevuln's writes wait in. */
export const METADATA_ONLY = { resourceVersion: 'metadata' } as const;

/** Path of all objects of a kind, of those in a namespace, or of one. */
export function storagePath(kind: StorageKind, namespace?: string, name?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${STORAGE_ROOT}${scope}/${kind}${object}`;
}

/** The rule that a role lacks when a kind may not be read, ready to be pasted. */
export function rbacRule(kinds: readonly StorageKind[]): string {
  return `{apiGroups: [${STORAGE_GROUP}], resources: [${kinds.join(', ')}], verbs: [get, list, watch]}`;
}
