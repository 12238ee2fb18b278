import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as z from 'zod';

import { generateCluster } from '../../test/support/cluster-generator/generate-cluster.ts';
import { startFakeStorage } from '../../test/support/fake-storage/fake-storage.ts';
import { fromGenerator } from '../../test/support/fake-storage/from-generator.ts';

// Serves the cluster in a separate process, so that its work does not count as the reader's.
// Arguments: a folder for the bodies of manifests, the numbers of images and of containers.
const [folder = '', images = '2000', containers = '10000'] = process.argv.slice(2);
const FINDINGS_PER_IMAGE = 450;

const cluster = generateCluster({
  seed: 42,
  images: Number(images),
  containers: Number(containers),
  findingsPerImage: FINDINGS_PER_IMAGE,
  relevancy: 0,
});
const names = writeBodies();
const storage = await startFakeStorage({
  ...fromGenerator(cluster),
  manifestBody: (name) => (names.has(name) ? readFileSync(pathOf(name)) : undefined),
  // Serializing and compressing in JavaScript would take longer than what is measured.
  cachesPages: true,
  quirks: { compress: false },
});
process.send?.({ url: storage.url });
process.on('message', (message) => {
  if (message === 'close') void storage.close().then(() => process.exit(0));
  if (typeof message === 'number') change(message);
});

/** Writes the bodies once, because generating them takes as long as reading them. */
function writeBodies(): ReadonlySet<string> {
  const done = join(folder, 'names.json');
  mkdirSync(folder, { recursive: true });
  if (existsSync(done))
    return new Set(z.array(z.string()).parse(JSON.parse(readFileSync(done, 'utf8'))));
  const written = new Set<string>();
  for (const manifest of cluster.manifests()) {
    const { name } = manifest.metadata;
    written.add(name);
    writeFileSync(pathOf(name), JSON.stringify(manifest));
  }
  writeFileSync(`${done}.tmp`, JSON.stringify([...written]));
  renameSync(`${done}.tmp`, done);
  return written;
}

function pathOf(name: string): string {
  return join(folder, `${name}.json`);
}

/** Changes the checksums of the first manifests, like a rescan with other results. */
function change(count: number): void {
  const changed = [...storage.store.rows('vulnerabilitymanifests')].slice(0, count);
  for (const { metadata } of changed) {
    const key = {
      resource: 'vulnerabilitymanifests',
      namespace: metadata.namespace ?? '',
      name: metadata.name,
    } as const;
    storage.store.update(key, (object) => ({
      ...object,
      metadata: {
        ...object.metadata,
        annotations: { ...object.metadata.annotations, 'kubescape.io/scan-id': 'rescanned' },
      },
    }));
  }
  process.send?.({ changed: count });
}
