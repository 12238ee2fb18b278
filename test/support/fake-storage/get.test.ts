import { afterEach, describe, expect, it } from 'vitest';

import { generateCluster } from '../cluster-generator/generate-cluster.ts';
import type { FakeStorage, FakeStorageOptions } from './fake-storage.ts';
import { startFakeStorage } from './fake-storage.ts';
import { fromGenerator } from './from-generator.ts';
import { RESOURCES } from './resources.ts';
import { ask, BASE, get, list } from './test-client.ts';
import { manifest, manifests } from './test-objects.ts';

const PATH = 'namespaces/kubescape/vulnerabilitymanifests';

let storage: FakeStorage | undefined;

async function start(options: FakeStorageOptions): Promise<FakeStorage> {
  storage = await startFakeStorage(options);
  return storage;
}

afterEach(async () => storage?.close());

describe('a GET by name', () => {
  it('returns the complete object', async () => {
    const fake = await start({ manifests: [manifest('image')] });

    const object = await get(fake, `${PATH}/image`);

    expect(object.kind).toBe('VulnerabilityManifest');
    expect(object.spec).toEqual(manifest('image').spec);
  });

  it('returns only metadata on request', async () => {
    const fake = await start({ manifests: [manifest('image')] });

    const object = await get(fake, `${PATH}/image?resourceVersion=metadata`);

    expect(object.metadata.name).toBe('image');
    expect(object.spec).toEqual(RESOURCES.vulnerabilitymanifests.zeroSpec);
  });

  it('answers 404 in the format of Kubernetes', async () => {
    const fake = await start({});

    const { status, body } = await ask(fake, `${BASE}/${PATH}/none`);

    expect(status).toBe(404);
    expect(JSON.parse(body)).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'vulnerabilitymanifests.spdx.softwarecomposition.kubescape.io "none" not found',
      reason: 'NotFound',
      details: {
        name: 'none',
        group: 'spdx.softwarecomposition.kubescape.io',
        kind: 'vulnerabilitymanifests',
      },
      code: 404,
    });
  });

  it('answers 404 for a broken payload and deletes the object', async () => {
    const fake = await start({ manifests: manifests(1) });
    const key = {
      resource: 'vulnerabilitymanifests',
      namespace: 'kubescape',
      name: 'image-0',
    } as const;
    fake.store.corrupt(key);

    const listed = await list(fake, 'vulnerabilitymanifests');
    const { status } = await ask(fake, `${BASE}/${PATH}/image-0`);

    expect(listed.items).toHaveLength(1);
    expect(status).toBe(404);
    expect(fake.store.count('vulnerabilitymanifests')).toBe(0);
  });

  it('answers 500 for an object that is damaged forever, which no write repairs', async () => {
    const fake = await start({ manifests: manifests(1) });
    const resource = 'vulnerabilitymanifests';
    fake.store.corrupt({ resource, namespace: 'kubescape', name: 'image-0' }, 'forever');

    const path = `${BASE}/${PATH}/image-0`;
    const statuses = [];
    for (const method of ['GET', 'DELETE', 'PUT', 'GET']) {
      statuses.push((await ask(fake, path, { method })).status);
    }

    expect(statuses).toEqual([500, 500, 500, 500]);
    expect(fake.store.put(manifest('image-0', 'second'))).toBe('damaged');
    expect(fake.store.count(resource)).toBe(1);
  });

  it('returns the body that the test provides', async () => {
    const fake = await start({
      manifests: manifests(2),
      manifestBody: (name) => (name === 'image-0' ? Buffer.from('{"mine":1}') : undefined),
    });

    expect((await ask(fake, `${BASE}/${PATH}/image-0`)).body).toBe('{"mine":1}\n');
    expect((await get(fake, `${PATH}/image-1`)).metadata.name).toBe('image-1');
  });
});

describe('a generated cluster', () => {
  const cluster = generateCluster({ seed: 7, images: 6, findingsPerImage: 3 });

  it('is served as generated, in any order of requests', async () => {
    const fake = await start(fromGenerator(cluster));
    const generated = [...cluster.manifests()];

    for (const { metadata, spec } of [...generated, ...generated.toReversed()]) {
      expect((await get(fake, `${PATH}/${metadata.name}`)).spec).toEqual(spec);
    }
  });

  it('keeps only changed manifests in memory', async () => {
    const fake = await start(fromGenerator(cluster));
    const [first] = cluster.manifests();
    const name = first?.metadata.name ?? '';
    const key = { resource: 'vulnerabilitymanifests', namespace: 'kubescape', name } as const;

    fake.store.update(key, (object) => ({ ...object, spec: { changed: true } }));

    expect((await get(fake, `${PATH}/${name}`)).spec).toEqual({ changed: true });
  });
});

it('compresses large bodies for clients that accept it', async () => {
  const big = { ...manifest('big'), spec: { text: 'x'.repeat(200_000) } };
  const fake = await start({ manifests: [big, manifest('small')] });

  const encodings = await Promise.all(
    [
      [`${PATH}/big`, 'gzip'],
      [`${PATH}/big`, 'identity'],
      [`${PATH}/small`, 'gzip'],
    ].map(async ([path = '', accept = '']) => {
      const answer = await ask(fake, `${BASE}/${path}`, { headers: { 'accept-encoding': accept } });
      expect(JSON.parse(answer.body)).toHaveProperty('spec');
      return answer.headers.get('content-encoding');
    }),
  );

  expect(encodings).toEqual(['gzip', null, null]);
});
