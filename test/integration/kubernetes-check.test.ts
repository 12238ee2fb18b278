import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FakeStorageOptions } from '../support/fake-storage/fake-storage.ts';
import { DETAILS, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import { nginx, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';
import type { Pushgateway } from '../support/real-servers/pushgateway.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import { type FakePushgateway, startFakePushgateway } from '../support/sinks/fake-pushgateway.ts';

const lab = useLab();
const pushgateway = await realServer('pushgateway');
const clusterData = { clusterName: 'from-config-map' };

let receiver: FakePushgateway;
let url: string;

beforeEach(async () => {
  receiver = await startFakePushgateway();
  url = `http://${receiver.host}`;
});
afterEach(async () => receiver.stop());

function requests(): string[] {
  return receiver.received.map(({ method, url: path }) => `${method} ${path}`);
}

describe('check', () => {
  it('prints one line per check, at most 80 columns wide', async () => {
    const recent = { 'kubescape.io/timestamp': String(Math.floor(Date.now() / 1000) - 3600) };
    const place = { namespace: 'shop', workload: 'storefront' } as const;
    await lab.serve([...smallCluster, runs(nginx, place, { annotations: recent })], {
      clusterData,
    });
    const { exitCode, lines } = await check(['--pushgateway-url', url]);

    expect({ exitCode, statuses: new Set(lines.map(statusOf)) }).toEqual({
      exitCode: 0,
      statuses: new Set(['ok']),
    });
    expect(lines.map((line) => line.slice(6).replace(/:.*/, ''))).toEqual([
      'configuration',
      'storage API',
      ...['permissions', 'permissions', 'permissions', 'permissions'],
      ...[SUMMARIES, 'scan age', MANIFESTS, POSTURES, DETAILS],
      'cluster name',
      expect.stringContaining('pushgateway'),
    ]);
  });

  it.each([SUMMARIES, MANIFESTS])(
    'fails in one line if %s may not be read, with the missing rule',
    async (secret) => {
      await serve({ forbid: (_verb, kind) => kind === secret });
      const { exitCode, failed } = await check(['--pushgateway-url', url]);

      expect({ exitCode, failed: failed.length }).toEqual({ exitCode: 3, failed: 1 });
      expect(failed[0]).toContain(`permissions: ${secret}:`);
      expect(failed[0]).toContain(`resources: [${secret}], verbs: [get, list, watch]}`);
    },
  );

  it.each`
    where            | isAllowed
    ${'a namespace'} | ${true}
    ${'the cluster'} | ${false}
  `(
    'checks the watch permission for the whole cluster: denied in $where',
    async ({ isAllowed }: WatchCase) => {
      await serve({
        forbid: (verb, kind, namespace) =>
          kind === MANIFESTS && verb === 'watch' && (namespace === undefined) !== isAllowed,
      });
      const run = await check(['--pushgateway-url', url]);

      expect({ exitCode: run.exitCode, failed: run.failed }).toEqual({ exitCode: 0, failed: [] });
      expect(run.text.includes(`ok    permissions: ${MANIFESTS}: get, list; without watch`)).toBe(
        !isAllowed,
      );
    },
  );

  it.each([POSTURES, DETAILS])('only warns if %s may not be read', async (secret) => {
    await serve({ forbid: (_verb, kind) => kind === secret });
    const { exitCode, failed, text } = await check(['--pushgateway-url', url]);

    expect({ exitCode, failed }).toEqual({ exitCode: 0, failed: [] });
    expect(text).toContain(`WARN  permissions: ${secret}:`);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`resources: [${secret}]`);
  });

  it.each`
    state       | finding
    ${'absent'} | ${'is the Kubescape operator installed?'}
    ${'down'}   | ${'is the pod "storage" in namespace "kubescape" running?'}
  `('fails in one line if the API is $state', async ({ state, finding }: StateCase) => {
    await serve({ apiService: state });
    const args = ['--cluster', 'c', '--pushgateway-url', url];
    const { exitCode, failed } = await check(args);

    expect({ exitCode, failed: failed.length }).toEqual({ exitCode: 3, failed: 1 });
    expect(failed[0]).toContain('storage API:');
    expect(failed[0]).toContain(finding);
  });

  it.each(['unavailable', 'serverTimeout', 'reset'] as const)(
    'names only the storage if its lists fail, and not the cluster name: %s',
    async (fault) => {
      await lab.serve(smallCluster);
      lab.failFromNowOn(({ verb, group }) => verb === 'list' && group.includes('spdx'), fault);
      const { exitCode, failed, text } = await check(['--pushgateway-url', url]);

      expect({ exitCode, failed: failed.length }).toEqual({ exitCode: 3, failed: 1 });
      expect(failed[0]).toContain('is the pod "storage" in namespace "kubescape" running?');
      expect(text).not.toContain('cluster');
    },
  );

  it('does not ask for a cluster name while there are no scan results', async () => {
    await lab.serve([]);
    const { exitCode, failed } = await check(['--pushgateway-url', url]);

    expect({ exitCode, failed: failed.length }).toEqual({ exitCode: 3, failed: 1 });
    expect(failed[0]).toContain('has a scan run?');
    expect(failed[0]).not.toContain('--cluster');
  });

  it('fails in one line if a receiver is unreachable', async () => {
    await serve();
    const dead = ['--remote-write-url', 'http://127.0.0.1:9/api/v1/write'];
    const { exitCode, failed } = await check([...dead, '--pushgateway-url', url]);

    expect({ exitCode, failed: failed.length }).toEqual({ exitCode: 4, failed: 1 });
    expect(failed[0]).toContain('127.0.0.1:9');
    expect(failed[0]).toContain('ECONNREFUSED');
  });

  it('fails in one line if the cluster name is unknown', async () => {
    const annotations = { 'kubescape.io/wlid': '' };
    await lab.serve([nginx, runs(nginx, { namespace: 'n', workload: 'w' }, { annotations })]);
    const { exitCode, failed } = await check(['--pushgateway-url', url]);

    expect({ exitCode, failed: failed.length }).toEqual({ exitCode: 3, failed: 1 });
    expect(failed[0]).toContain('cluster name:');
    expect(failed[0]).toContain('set --cluster');
  });

  it('uses the configured cluster name', async () => {
    await serve();
    const { exitCode, text } = await check(['--cluster', 'mine', '--pushgateway-url', url]);

    expect(exitCode).toBe(0);
    expect(text).toContain('cluster name: mine (configured)');
    expect(requests().every((path) => path.includes('/cluster/mine'))).toBe(true);
  });

  it('sends only access reviews besides GETs, and reads no manifest', async () => {
    await serve();
    await check();

    const writes = lab.storage.requests.filter(({ method }) => method !== 'GET');
    expect(new Set(writes.map(({ resource }) => resource))).toEqual(
      new Set(['selfsubjectaccessreviews']),
    );
    expect(lab.manifests()).toEqual([]);
  });

  it('pushes to a separate group and deletes it', async () => {
    await serve();
    await check(['--pushgateway-url', url, '--pushgateway-job', 'scans']);

    expect(requests()).toEqual([
      'POST /metrics/job/scans_check/cluster/from-config-map',
      'DELETE /metrics/job/scans_check/cluster/from-config-map',
    ]);
  });
});

describe.skipIf(pushgateway.missing)(`check of a real ${pushgateway.label}`, () => {
  let server: Pushgateway;
  beforeEach(async () => {
    server = await pushgateway.start();
  });
  afterEach(async () => server.stop());

  it('leaves the group of a push unchanged, and no other group', async () => {
    await serve();
    const args = ['--pushgateway-url', server.url] as const;
    expect((await lab.run('push', args)).exitCode).toBe(0);
    const before = await server.series();
    expect((await check(args)).exitCode).toBe(0);

    expect(before.length).toBeGreaterThan(10);
    expect(await server.series()).toEqual(before);
  });
});

interface WatchCase {
  readonly isAllowed: boolean;
}

interface StateCase {
  readonly state: 'absent' | 'down';
  readonly finding: string;
}

interface CheckRun {
  readonly exitCode: number | null;
  readonly text: string;
  /** One line per check, unwrapped. */
  readonly lines: readonly string[];
  readonly failed: readonly string[];
}

async function check(args: readonly string[] = []): Promise<CheckRun> {
  const { exitCode, stdout } = await lab.run('check', args);
  // A word longer than a line is not wrapped.
  const tooWide = stdout.split('\n').filter((line) => line.length > 80 && / \S+ /.test(line));
  expect(tooWide).toEqual([]);
  const lines = stdout
    .trimEnd()
    .replaceAll(/\n {6}/g, ' ')
    .split('\n');
  const failed = lines.filter((line) => statusOf(line) === 'FAIL');
  return { exitCode, text: lines.join('\n'), lines, failed };
}

function statusOf(line: string): string {
  return line.slice(0, 6).trim();
}

async function serve(options: FakeStorageOptions = {}): Promise<void> {
  await lab.serve(smallCluster, { clusterData, ...options });
}
