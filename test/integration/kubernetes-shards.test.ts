import { afterEach, describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import { generateCluster } from '../support/cluster-generator/generate-cluster.ts';
import { fromGenerator } from '../support/fake-storage/from-generator.ts';
import { generatePostures } from '../support/fake-storage/generate-postures.ts';
import type { AgentRun } from '../support/kubernetes/agent-run.ts';
import { allUp, useLab } from '../support/kubernetes/lab.ts';
import { image, runs, SMALL_TOTAL, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster, samplesOf, valueOf } from '../support/metrics/exposition-values.ts';
import { type FakePushgateway, startFakePushgateway } from '../support/sinks/fake-pushgateway.ts';

const lab = useLab();

/** A cluster with orphans, stubs, dangling references, and RBAC objects that share labels. */
async function serveEverything(): Promise<void> {
  const cluster = generateCluster({
    seed: 7,
    images: 40,
    containers: 90,
    findingsPerImage: 12,
    odd: { stubs: 4, danglingReferences: 3, orphanManifests: 3, clean: 2 },
  });
  await lab.serve([...generatePostures({ seed: 7, workloads: 60 })], fromGenerator(cluster));
}

describe('three shards of a cluster', () => {
  it('push the same series as one process, each exactly once', async () => {
    await serveEverything();
    const whole = await lab.read();
    const shards = await readShards(3);
    const withoutShard = shards.flatMap(({ text }) => linesAboutCluster(text)).filter(hasNoShard);

    expect([whole, ...shards].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    const families = new Set([
      ...shards.flatMap(({ text }) => samplesOf(text)).flatMap(familyWithShard),
      // Shards cannot add up numbers of distinct IDs.
      'kubescape_total_unique_vulnerabilities',
    ]);
    const expected = linesAboutCluster(whole.text).filter(
      (line) => !families.has(/^\w+/.exec(line)?.[0] ?? ''),
    );
    expect(withoutShard.toSorted()).toEqual(expected);
    expect(expected.length).toBeGreaterThan(1000);
    // No shard was empty.
    for (const { text } of shards)
      expect(valueOf(text, 'kubescape_scanned_images')).toBeGreaterThan(3);
  });

  it("push parts of the cluster's counts, which add up", async () => {
    await serveEverything();
    const whole = samplesOf((await lab.read()).text);
    const sums = new Map<string, number>();
    for (const { text } of await readShards(3)) {
      for (const { name, labels, value } of samplesOf(text)) {
        const { shard, ...rest } = labels;
        if (shard === undefined) continue;
        const key = JSON.stringify([name, rest]);
        sums.set(key, (sums.get(key) ?? 0) + value);
      }
    }
    const checked = whole.filter(({ name }) => addsUp.test(name));
    for (const { name, labels, value } of checked) {
      const key = JSON.stringify([name, labels]);
      expect([key, sums.get(key)]).toEqual([key, value]);
    }
    expect(new Set(checked.map(({ name }) => name)).size).toBe(9 + 7);
  });

  it('read each manifest exactly once', async () => {
    await serveEverything();
    await lab.read();
    const all = lab.manifests();

    expect((await lab.manifestsReadBy(async () => readShards(3))).toSorted()).toEqual(
      all.toSorted(),
    );
  });

  it('each cache their own findings in the same folder', async () => {
    await serveEverything();
    const before = await readShards(3, lab.folder);
    const { length } = lab.storage.requests;
    const after = await readShards(3, lab.folder);

    expect(lab.manifests(length)).toEqual([]);
    expect(after.map(({ text }) => linesAboutCluster(text))).toEqual(
      before.map(({ text }) => linesAboutCluster(text)),
    );
  });
});

/** Families whose values count objects of one shard only. */
const addsUp =
  /^kubescape_(?:total_(?!image_|unique_|failed_)\w*|scanned_\w+|scan_references_dangling|total_failed_controls|control_failed_resources)$/;

describe('images that share their labels', () => {
  it.each([2, 3, 5])('are read and added up by one of %i shards', async (count) => {
    const twins = ['a', 'b', 'c', 'd'].map((build) => image('twin', { build }));
    const place = { namespace: 'shop', workload: 'twins' } as const;
    const containers = twins.map((twin, index) => ({
      ...runs(twin, place),
      metadata: { ...runs(twin, place).metadata, name: `deployment-twins-${index}` },
    }));
    await lab.serve([...twins, ...containers]);
    const shards = await readShards(count);
    const values = shards.flatMap(({ text }) =>
      samplesOf(text).filter(({ name }) => name === 'kubescape_total_image_vulnerabilities'),
    );

    expect(values.map(({ value }) => value)).toEqual([4]);
  });
});

describe('a shard without images', () => {
  it('succeeds, with all kinds up', async () => {
    await lab.serve(smallCluster);
    const shards = await readShards(20);

    expect(new Set(shards.map(({ exitCode }) => exitCode))).toEqual(new Set([0]));
    const idle = shards.find(({ total }) => total === undefined);
    expect(idle?.up).toEqual(allUp);
    expect(shards.reduce((sum, { total = 0 }) => sum + total, 0)).toBe(SMALL_TOTAL);
  });

  it('does not report counts of the whole cluster, as only the first shard does', async () => {
    await lab.serve([...smallCluster, runs(image('gone'), { namespace: 'shop', workload: 'x' })]);
    const shards = await readShards(3);
    const dangling = shards.map(({ text }) => valueOf(text, 'kubescape_scan_references_dangling'));

    expect(dangling.reduce((sum: number, count = 0) => sum + count, 0)).toBe(1);
    expect(dangling[0]).toBe(1);
  });
});

describe('--shard auto', () => {
  it.each`
    variable                                              | exitCode | shard        | message
    ${{ JOB_COMPLETION_INDEX: '2' }}                      | ${0}     | ${'2'}       | ${''}
    ${{ HOSTNAME: 'kubescape-push-1' }}                   | ${0}     | ${'1'}       | ${''}
    ${{ JOB_COMPLETION_INDEX: '0', HOSTNAME: 'agent-2' }} | ${0}     | ${'0'}       | ${''}
    ${{ HOSTNAME: 'kubescape-push-x7k2p' }}               | ${2}     | ${undefined} | ${'cannot determine the shard'}
    ${{ JOB_COMPLETION_INDEX: '3' }}                      | ${2}     | ${undefined} | ${'shard 3 does not exist'}
    ${{}}                                                 | ${2}     | ${undefined} | ${'cannot determine the shard'}
  `(
    'selects shard $shard of three with $variable',
    async ({ variable, message, ...expected }: AutoCase) => {
      await lab.serve(smallCluster);
      const run = await lab.run('render', ['--shards', '3'], { env: variable });

      const info = samplesOf(run.stdout).find(({ name }) => name.endsWith('build_info'));
      expect({ exitCode: run.exitCode, shard: info?.labels['shard'] }).toEqual(expected);
      expect(messagesOf(run)).toContain(message);
    },
  );
});

interface AutoCase {
  readonly variable: Readonly<Record<string, string>>;
  readonly exitCode: number;
  readonly shard: string | undefined;
  readonly message: string;
}

describe('a Pushgateway', () => {
  let server: FakePushgateway;
  afterEach(async () => server.stop());

  it('gets one group per shard', async () => {
    server = await startFakePushgateway();
    const url = `http://${server.host}`;
    await lab.serve(smallCluster);
    for (const shard of ['0', '1']) {
      const args = ['--shards', '2', '--shard', shard, '--pushgateway-url', url];
      expect(await lab.run('push', args)).toMatchObject({ exitCode: 0 });
    }

    expect(server.received.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      'PUT /metrics/job/kubescape/cluster/prod-eu/shard/0',
      'PUT /metrics/job/kubescape/cluster/prod-eu/shard/1',
    ]);
  });
});

async function readShards(count: number, stateDir?: string): Promise<AgentRun[]> {
  const shards: AgentRun[] = [];
  for (let index = 0; index < count; index++) {
    shards.push(await lab.read({ shard: { index, count }, stateDir }));
  }
  return shards;
}

function hasNoShard(line: string): boolean {
  return !/[{,]shard="/.test(line);
}

function familyWithShard({ name, labels }: ReturnType<typeof samplesOf>[number]): string[] {
  return labels['shard'] === undefined ? [] : [name];
}
