import type { StorageObject } from './stored-object.ts';

/** A small manifest whose findings contain the word. */
export function manifest(name: string, word = 'first'): StorageObject {
  return {
    kind: 'VulnerabilityManifest',
    metadata: { name, namespace: 'kubescape' },
    spec: { metadata: { tool: { version: word } }, payload: { matches: null } },
  };
}

export function manifests(count: number): readonly StorageObject[] {
  return Array.from({ length: count }, (_, index) => manifest(`image-${index}`));
}

export function summary(name: string, namespace: string, critical = 1): StorageObject {
  return {
    kind: 'VulnerabilityManifestSummary',
    metadata: { name, namespace },
    spec: { severities: { critical: { all: critical } } },
  };
}
