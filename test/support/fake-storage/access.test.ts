import { afterEach, describe, expect, it } from 'vitest';

import { withToken } from './access.ts';
import type { FakeStorage, FakeStorageOptions } from './fake-storage.ts';
import { startFakeStorage } from './fake-storage.ts';
import { ask, BASE } from './test-client.ts';
import { manifests } from './test-objects.ts';

const CONFIG = '/api/v1/namespaces/kubescape/configmaps/ks-cloud-config';
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

let storage: FakeStorage | undefined;

async function start(options: FakeStorageOptions): Promise<FakeStorage> {
  storage = await startFakeStorage(options);
  return storage;
}

afterEach(async () => storage?.close());

describe('authentication', () => {
  it('answers 401 to unknown users', async () => {
    const fake = await start({ authenticate: withToken('right') });

    const wrong = await ask(fake, '/version', { headers: { authorization: 'Bearer wrong' } });
    const right = await ask(fake, '/version', { headers: { authorization: 'Bearer right' } });

    expect([wrong.status, right.status]).toEqual([401, 200]);
    expect(JSON.parse(wrong.body)).toMatchObject({ message: 'Unauthorized', code: 401 });
  });

  const [group, all] = ['spdx.softwarecomposition.kubescape.io', 'vulnerabilitymanifests'] as const;
  it.each([
    [
      `${BASE}/${all}`,
      `${all}.${group} is forbidden: User "jane" cannot list resource "${all}" in API group "${group}" at the cluster scope`,
    ],
    [
      `${BASE}/${all}?watch=true`,
      `${all}.${group} is forbidden: User "jane" cannot watch resource "${all}" in API group "${group}" at the cluster scope`,
    ],
    [
      `${BASE}/namespaces/kubescape/${all}/a`,
      `${all}.${group} "a" is forbidden: User "jane" cannot get resource "${all}" in API group "${group}" in the namespace "kubescape"`,
    ],
    [
      CONFIG,
      'configmaps "ks-cloud-config" is forbidden: User "jane" cannot get resource "configmaps" in API group "" in the namespace "kubescape"',
    ],
  ])('answers 403 in the format of Kubernetes: %s', async (path, message) => {
    const fake = await start({ authenticate: () => ({ user: 'jane' }), forbid: () => true });

    const { status, body } = await ask(fake, path);

    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', reason: 'Forbidden', message });
  });

  it.each([
    [{ verb: 'list', resource: all }, false],
    [{ verb: 'list', resource: all, namespace: 'kubescape' }, true],
    [{ verb: 'get', resource: all }, true],
  ])('can check its permissions: %j', async (resourceAttributes, allowed) => {
    const fake = await start({
      forbid: (verb, _resource, namespace) => verb === 'list' && namespace === undefined,
    });
    const body = JSON.stringify({ spec: { resourceAttributes } });

    const answer = await ask(fake, REVIEWS, { method: 'POST', body });

    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.body)).toMatchObject({ status: { allowed } });
  });
});

describe('discovery', () => {
  it('lists the resources', async () => {
    const fake = await start({});

    const { status, body } = await ask(fake, BASE);

    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      kind: 'APIResourceList',
      resources: [{ name: 'vulnerabilitymanifests' }, {}, {}, {}],
    });
    expect((await ask(fake, '/apis')).body).toContain('spdx.softwarecomposition.kubescape.io');
  });

  it.each(['down', 'absent'] as const)(
    'and all other requests fail while the storage is %s',
    async (state) => {
      const fake = await start({ manifests: manifests(1), apiService: state });
      const paths = [BASE, `${BASE}/vulnerabilitymanifests`];

      const answers = await Promise.all(paths.map(async (path) => ask(fake, path)));

      const expected = state === 'down' ? [503, 503] : [404, 404];
      expect(answers.map(({ status }) => status)).toEqual(expected);
      expect((await ask(fake, '/version')).status).toBe(200);

      fake.setApiService('up');
      expect((await ask(fake, BASE)).status).toBe(200);
    },
  );

  it('answers 404 for other resources', async () => {
    const fake = await start({});

    expect((await ask(fake, `${BASE}/nosuchthings`)).status).toBe(404);
    expect((await ask(fake, '/apis/apps/v1/deployments')).status).toBe(404);
  });
});

describe("Kubescape's settings", () => {
  it('are in a ConfigMap', async () => {
    const fake = await start({ clusterData: { clusterName: 'prod' } });

    const { body } = await ask(fake, CONFIG);

    expect(JSON.parse(body)).toMatchObject({
      kind: 'ConfigMap',
      data: { clusterData: '{"clusterName":"prod"}' },
    });
  });

  it.each<[string, FakeStorageOptions]>([
    ['they do not exist', {}],
    ['they are in another namespace', { clusterData: {}, kubescapeNamespace: 'security' }],
  ])('answer 404 if %s', async (_what, options) => {
    const fake = await start(options);

    const { status, body } = await ask(fake, CONFIG);

    expect(status).toBe(404);
    expect(body).toContain('configmaps \\"ks-cloud-config\\" not found');
  });
});

it('rejects methods that Kubescape does not use', async () => {
  const fake = await start({});

  const { status } = await ask(fake, `${BASE}/vulnerabilitymanifests`, { method: 'PATCH' });

  expect(status).toBe(405);
});
