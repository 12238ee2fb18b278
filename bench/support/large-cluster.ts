import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';

import type { GeneratedCluster } from '../../test/support/cluster-generator/cluster.ts';
import {
  type ClusterOptions,
  generateCluster,
} from '../../test/support/cluster-generator/generate-cluster.ts';
import { cacheFolder } from './cli-path.ts';

/** Without filtered manifests, because no built-in metric counts them. */
const options: ClusterOptions = {
  seed: 1,
  images: 2000,
  containers: 10_000,
  findingsPerImage: 450,
  relevancy: 0,
};

/** Level 1 compresses four times as fast as the default. Decompression takes the same time. */
const GZIP = { level: 1 } as const;

export interface LargeCluster {
  /** A `.json.gz` for each object. */
  readonly objects: string;
  /** One `.ndjson.gz` that holds them all. */
  readonly lines: string;
}

/** Writes the cluster unless it exists already. */
export async function prepareLargeCluster(): Promise<LargeCluster> {
  const objects = join(cacheFolder, 'objects');
  const lines = join(cacheFolder, 'lines');
  const doneFile = join(cacheFolder, 'options.json');
  const wanted = JSON.stringify(options);
  if (existsSync(doneFile) && readFileSync(doneFile, 'utf8') === wanted) return { objects, lines };

  process.stderr.write(`writing ${wanted} to ${cacheFolder}; this takes a minute\n`);
  await rm(cacheFolder, { recursive: true, force: true });
  await mkdir(objects, { recursive: true });
  await mkdir(lines, { recursive: true });
  const texts = Readable.from(writeObjects(generateCluster(options), objects));
  await pipeline(texts, createGzip(GZIP), createWriteStream(join(lines, 'cluster.ndjson.gz')));
  await writeFile(doneFile, wanted);
  return { objects, lines };
}

/** Writes each object to a file and yields its text. */
async function* writeObjects(cluster: GeneratedCluster, folder: string): AsyncGenerator<string> {
  let number = 0;
  for (const objects of [cluster.summaries(), cluster.manifests()]) {
    for (const object of objects) {
      const text = `${JSON.stringify(object)}\n`;
      const name = `${object.kind}-${String(number++).padStart(5, '0')}.json.gz`;
      await writeFile(join(folder, name), gzipSync(text, GZIP));
      yield text;
    }
  }
}
