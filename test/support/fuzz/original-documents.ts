import { readFileSync } from 'node:fs';

import { demoCluster } from '../cluster-generator/demo-cluster/demo-cluster.ts';
import { samples } from '../scan-results/samples.ts';

/** Larger documents would only make the runs slower. */
const MAX_OBJECT_BYTES = 40_000;
const MAX_OBJECTS = 4;

const kinds = [
  'vulnerabilitymanifests',
  'vulnerabilitymanifestsummaries',
  'workloadconfigurationscans',
  'workloadconfigurationscansummaries',
];

const files = [
  'scan-image-json/grype-v0.104.1-TestJsonImgsPresenter.golden.json',
  'scan-image-json/kubevuln-raw-grype-0.73.4-alpine-cve.json',
  'posture-json/DERIVED-posture-report-v2.json',
  'storage-dump/DERIVED-metadata-only-vulnerabilitymanifests.list.json',
];

/** Returns real scan results, or none if the folder of samples is missing. */
export function realDocuments(): Buffer[] {
  if (samples.missing !== undefined) return [];
  const lists = kinds.map((kind) =>
    toList(itemsOf(readFileSync(samples.path(`storage-dump/${kind}.list.json`), 'utf8'))),
  );
  return [...files.map((name) => readFileSync(samples.path(name))), ...lists];
}

/** Returns generated scan results, which are the same on every machine. */
export function generatedDocuments(): Buffer[] {
  const cluster = demoCluster();
  return [toList([...cluster.manifests()]), toList([...cluster.summaries()])];
}

function itemsOf(json: string): unknown[] {
  const list: unknown = JSON.parse(json);
  const isList = typeof list === 'object' && list !== null && 'items' in list;
  return isList && Array.isArray(list.items) ? list.items : [];
}

function toList(items: readonly unknown[]): Buffer {
  const small = items.filter((item) => JSON.stringify(item).length < MAX_OBJECT_BYTES);
  return Buffer.from(
    JSON.stringify({ kind: 'List', items: small.slice(0, MAX_OBJECTS) }, undefined, 1),
  );
}
