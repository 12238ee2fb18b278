import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { samples } from '../scan-results/samples.ts';
import { generateCluster } from './generate-cluster.ts';

/** Keys that newer scanners write, or that the samples lack by chance. */
const NEWER = [
  'metadata.annotations.kubescape.io/completion',
  'metadata.annotations.kubescape.io/cve-matching-mode',
  'metadata.annotations.kubescape.io/image-tag',
  'metadata.annotations.kubescape.io/resolved-platform',
  'metadata.annotations.kubescape.io/resource-size',
  'metadata.annotations.kubescape.io/scan-id',
  'metadata.annotations.kubescape.io/sync-checksum',
  'metadata.annotations.kubescape.io/timestamp',
  'metadata.annotations.kubescape.io/tool-version',
  'metadata.annotations.kubescape.io/vendor-trusted-match',
  'metadata.labels.kubescape.io/instance-template-hash',
  'metadata.labels.kubescape.io/sbom-type',
  'spec.payload.descriptor.db',
  'spec.payload.source.target.layers[]',
  'spec.payload.matches[].artifact.locations[]',
  'spec.payload.matches[].artifact.metadata.',
  'spec.severities.',
] as const;

/** Keys of the samples that the generator does not produce. */
const OLDER = [
  'spec.payload.matches[].artifact.metadata.h1Digest',
  // Advisories were not null in three of 195 matches.
  'spec.payload.matches[].vulnerability.advisories[]',
] as const;

const cluster = generateCluster({ seed: 2, images: 40, containers: 80, relevancy: 0.5 });

describe.skipIf(samples.missing)(
  `generated objects have the keys of real ones${samples.note}`,
  () => {
    it.each`
      file                                          | objects
      ${'vulnerabilitymanifests.list.json'}         | ${() => cluster.manifests()}
      ${'vulnerabilitymanifestsummaries.list.json'} | ${() => cluster.summaries()}
    `('$file', ({ file, objects }: { file: string; objects: () => Iterable<unknown> }) => {
      const real = keysOf(sampleItems(file));
      const made = keysOf(objects());

      expect([...real].filter((key) => !made.has(key) && !startsWithAny(key, OLDER))).toStrictEqual(
        [],
      );
      expect([...made].filter((key) => !real.has(key) && !startsWithAny(key, NEWER))).toStrictEqual(
        [],
      );
    });

    it('metadata-only objects, to the value', () => {
      const odd = generateCluster({ seed: 2, images: 1, odd: { metadataOnly: 1 }, relevancy: 0 });
      const [realManifest] = sampleItems('DERIVED-metadata-only-vulnerabilitymanifests.list.json');
      const [realSummary] = sampleItems(
        'DERIVED-metadata-only-vulnerabilitymanifestsummaries.list.json',
      );

      // The server also sends `configuration` and `db` of the scanner, as null, which this sample lacks.
      expect(withoutMetadata([...odd.manifests()].at(-1))).toMatchObject(
        Object(withoutMetadata(realManifest)),
      );
      expect(withoutMetadata([...odd.summaries()].at(-1))).toStrictEqual(
        withoutMetadata(realSummary),
      );
    });
  },
);

function sampleItems(file: string): readonly unknown[] {
  const list: unknown = JSON.parse(readFileSync(samples.path(`storage-dump/${file}`), 'utf8'));
  if (!isRecord(list) || !Array.isArray(list['items'])) throw new Error(`${file} is not a list`);
  return list['items'];
}

/** All paths of keys, with [] for the items of a list. */
function keysOf(objects: Iterable<unknown>): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const object of objects) addKeys(object, '', keys);
  return keys;
}

function addKeys(value: unknown, path: string, keys: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) addKeys(item, `${path}[]`, keys);
    return;
  }
  if (!isRecord(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const childPath = path === '' ? key : `${path}.${key}`;
    keys.add(childPath);
    addKeys(child, childPath, keys);
  }
}

function startsWithAny(key: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => key.startsWith(prefix));
}

function withoutMetadata(object: unknown): unknown {
  return isRecord(object) ? { ...object, metadata: undefined } : object;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
