import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createFilesSource } from '../../src/sources/files/files-source.ts';
import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import { runSource } from '../support/kubernetes/agent-run.ts';
import { useLab } from '../support/kubernetes/lab.ts';
import { image, runs } from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster, samplesOf, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubernetes-identity-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const current = image('nginx', { tag: '1.25', severities: ['Critical', 'High'] });
const leftBehind = named(image('nginx', { tag: '1.24' }), 'old');
const sameImage = named(current, 'an-older-kind-of-name');
const place = { namespace: 'web', workload: 'proxy' } as const;

describe('a cluster and its export', () => {
  it.each`
    what                                           | objects                                                                                                       | total | images | unreferenced
    ${'a manifest of an image that runs no more'}  | ${[current, leftBehind, runs(current, place)]}                                                                | ${2}  | ${1}   | ${1}
    ${'an older manifest of the same image'}       | ${[sameImage, current, runs(current, place)]}                                                                 | ${2}  | ${1}   | ${1}
    ${'an image that runs under two tags'}         | ${[current, retagged('stable'), runs(current, place), runs(retagged('stable'), { ...place, workload: 'b' })]} | ${4}  | ${1}   | ${0}
    ${'a summary whose manifest has another name'} | ${[sameImage, runs(current, place)]}                                                                          | ${2}  | ${1}   | ${0}
  `('have the same series with $what', async ({ objects, total, images, unreferenced }: Case) => {
    await lab.serve(objects);
    const cluster = await lab.read({ cluster: 'c' });
    const files = await readFiles(objects);

    expect(linesAboutCluster(cluster.text)).toEqual(linesAboutCluster(files.text));
    expect([cluster.exitCode, files.exitCode, cluster.total]).toEqual([0, 0, total]);
    expect(valueOf(cluster.text, 'kubescape_scanned_images')).toBe(images);
    expect(valueOf(cluster.text, 'kubescape_unreferenced_images')).toBe(unreferenced);
  });

  it('read the manifest of an image with two names once, and have series for both names', async () => {
    const stable = retagged('stable');
    await lab.serve([
      current,
      stable,
      runs(current, place),
      runs(stable, { ...place, workload: 'b' }),
    ]);
    const { text } = await lab.read({ cluster: 'c' });

    const series = samplesOf(text).filter(
      ({ name }) => name === 'kubescape_total_image_vulnerabilities',
    );
    expect(series.map(({ labels }) => labels['tag'])).toEqual(['1.25', 'stable']);
    expect(lab.manifests()).toHaveLength(1);
  });
});

interface Case {
  readonly objects: readonly StorageObject[];
  readonly total: number;
  readonly images: number;
  readonly unreferenced: number;
}

function named(object: StorageObject, name: string): StorageObject {
  return { ...object, metadata: { ...object.metadata, name } };
}

/** The manifest of the current image under another tag. */
function retagged(tag: string): StorageObject {
  const { metadata } = current;
  const reference = `docker.io/library/nginx:${tag}`;
  const annotations = { ...metadata.annotations, 'kubescape.io/image-tag': reference };
  return {
    ...current,
    metadata: { ...metadata, name: `docker.io-library-nginx-${tag}`, annotations },
  };
}

async function readFiles(objects: readonly StorageObject[]) {
  const path = join(folder, 'export.json');
  writeFileSync(path, JSON.stringify({ kind: 'List', items: objects }));
  const limits = { maxDocumentBytes: 2 ** 20, maxDepth: 100 };
  return runSource(createFilesSource({ paths: [path], limits }), { cluster: 'c' });
}
