import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { generateCluster } from './generate-cluster.ts';
import type { ClusterLayout } from './write-cluster.ts';
import { writeCluster } from './write-cluster.ts';

const cluster = generateCluster({
  seed: 9,
  images: 3,
  findingsPerImage: 12,
  odd: { duplicates: 1 },
});
const manifests = asRead([...cluster.manifests()]);
const summaries = asRead([...cluster.summaries()]);

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('a written cluster', () => {
  it('as lists', async () => {
    const [manifestFile = '', summaryFile = ''] = await write('lists');

    expect(JSON.parse(await readFile(manifestFile, 'utf8'))).toMatchObject({
      kind: 'VulnerabilityManifestList',
      items: manifests,
    });
    expect(JSON.parse(await readFile(summaryFile, 'utf8'))).toMatchObject({
      kind: 'VulnerabilityManifestSummaryList',
      items: summaries,
    });
  });

  it.each(['ndjson', 'ndjson-gz'] as const)('as lines: %s', async (layout) => {
    const [file = ''] = await write(layout);
    const text = await textOf(file);

    const lines = text.trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toStrictEqual([
      ...summaries,
      ...manifests,
    ]);
  });

  it.each(['json', 'json-gz', 'yaml'] as const)('as a file per object: %s', async (layout) => {
    const files = await write(layout);

    const objects: unknown[] = [];
    for (const file of files) objects.push(parse(await textOf(file)));
    expect(objects).toStrictEqual([...summaries, ...manifests]);
    expect(new Set(files.map((file) => basename(file))).size).toBe(objects.length);
  });
});

async function write(layout: ClusterLayout): Promise<readonly string[]> {
  return writeCluster(cluster, { folder: join(folder, layout), layout });
}

async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function asRead(objects: readonly unknown[]): readonly unknown[] {
  return objects.map((object): unknown => JSON.parse(JSON.stringify(object)));
}
