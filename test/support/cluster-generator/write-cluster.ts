import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';

import type { GeneratedCluster } from './cluster.ts';
import { listLines } from './list-document.ts';
import type { VulnerabilityManifest, VulnerabilityManifestSummary } from './object-types.ts';
import { yamlDocument } from './yaml-document.ts';

/**
 * `lists`: one list per kind, as `kubectl get --raw` prints them. `json`, `json-gz`, `yaml`: a file
 * per object. `ndjson`, `ndjson-gz`: all objects in one file, one per line.
 */
export type ClusterLayout = 'lists' | 'json' | 'json-gz' | 'yaml' | 'ndjson' | 'ndjson-gz';

type ScanObject = VulnerabilityManifest | VulnerabilityManifestSummary;

/** Writes a cluster's objects to a folder, creates it if necessary, and returns the paths. */
export async function writeCluster(
  cluster: GeneratedCluster,
  { folder, layout }: { readonly folder: string; readonly layout: ClusterLayout },
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  if (layout === 'lists') return writeLists(cluster, folder);
  if (layout === 'json' || layout === 'json-gz' || layout === 'yaml') {
    return writeObjects(cluster, folder, layout);
  }
  const path = join(folder, `scan-results.${extension(layout)}`);
  return [await writeLines(objectLines(cluster), path)];
}

async function writeLists(cluster: GeneratedCluster, folder: string): Promise<readonly string[]> {
  const manifests = listLines('VulnerabilityManifestList', cluster.manifests());
  const summaries = listLines('VulnerabilityManifestSummaryList', cluster.summaries());
  return [
    await writeLines(manifests, join(folder, 'vulnerabilitymanifests.json')),
    await writeLines(summaries, join(folder, 'vulnerabilitymanifestsummaries.json')),
  ];
}

async function writeObjects(
  cluster: GeneratedCluster,
  folder: string,
  layout: 'json' | 'json-gz' | 'yaml',
): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const object of objects(cluster)) {
    const path = freePath(join(folder, fileStem(object)), extension(layout), paths);
    paths.add(path);
    await writeFile(path, encode(object, layout));
  }
  return [...paths];
}

/** A duplicate object has two files. */
function freePath(stem: string, suffix: string, taken: ReadonlySet<string>): string {
  for (let copy = 1; ; copy++) {
    const path = copy === 1 ? `${stem}.${suffix}` : `${stem}.${copy}.${suffix}`;
    if (!taken.has(path)) return path;
  }
}

function encode(object: ScanObject, layout: 'json' | 'json-gz' | 'yaml'): string | Buffer {
  if (layout === 'yaml') return yamlDocument(object);
  const text = `${JSON.stringify(object)}\n`;
  return layout === 'json' ? text : gzipSync(text);
}

function extension(layout: Exclude<ClusterLayout, 'lists'>): string {
  return layout.replace('-', '.');
}

function fileStem({ spec, metadata }: ScanObject): string {
  const resource = 'payload' in spec ? 'vulnerabilitymanifest' : 'vulnerabilitymanifestsummary';
  return `${resource}.${metadata.namespace}.${metadata.name}`;
}

function* objectLines(cluster: GeneratedCluster): Generator<string> {
  for (const object of objects(cluster)) yield `${JSON.stringify(object)}\n`;
}

function* objects(cluster: GeneratedCluster): Generator<ScanObject> {
  yield* cluster.summaries();
  yield* cluster.manifests();
}

async function writeLines(lines: Iterable<string>, path: string): Promise<string> {
  const file = createWriteStream(path);
  if (path.endsWith('.gz')) await pipeline(Readable.from(lines), createGzip(), file);
  else await pipeline(Readable.from(lines), file);
  return path;
}
