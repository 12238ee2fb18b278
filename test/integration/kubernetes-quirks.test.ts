import { describe, expect, it } from 'vitest';

import { openSource, runSource } from '../support/kubernetes/agent-run.ts';
import { allUp, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import {
  image,
  nginx,
  redis,
  runs,
  SMALL_CLUSTER,
  SMALL_TOTAL,
  smallCluster,
  workloads,
} from '../support/kubernetes/small-cluster.ts';
import { samplesOf, valueOf, valuesBy } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const shop = { namespace: 'shop', workload: 'shop' } as const;

it('only reads: lists, and one manifest at a time', async () => {
  await lab.serve(smallCluster, { quirks: { latencyMs: () => 5 } });
  await lab.read();

  const requests = new Set(lab.storage.requests.map(({ method, verb }) => `${method} ${verb}`));
  expect([...requests].toSorted()).toEqual(['GET get', 'GET list']);
  expect(lab.storage.inFlightMax(MANIFESTS)).toBe(1);
  expect(lab.manifests()).toHaveLength(3);
});

describe('specs', () => {
  it('are requested in the lists of all kinds but manifests', async () => {
    await lab.serve(smallCluster);

    expect(await lab.read()).toMatchObject({ exitCode: 0, total: SMALL_TOTAL, up: allUp });
    const versions = [SUMMARIES, MANIFESTS, POSTURES].map((kind) =>
      lab.lists(kind).map(({ query }) => query['resourceVersion']),
    );
    expect(versions).toEqual([['fullSpec'], ['metadata'], ['fullSpec']]);
  });

  it.each`
    kind         | total
    ${SUMMARIES} | ${undefined}
    ${POSTURES}  | ${SMALL_TOTAL}
  `('that are zero in the whole list make it down: $kind', async ({ kind, total }: SpecsCase) => {
    const stub = runs(
      image('big'),
      { namespace: 'shop', workload: 'big' },
      { reference: { name: '' }, annotations: { 'kubescape.io/status': 'too-large' } },
    );
    await lab.serve([...smallCluster, stub], { quirks: { zeroItems: 1 } });
    lab.storage.answerNext({ verb: 'list', resource: kind }, withoutSpecs());
    const { messages, ...run } = await lab.read();

    expect(run).toMatchObject({ exitCode: 5, total, up: { ...allUp, [kind]: 0 } });
    expect(messages).toContain('no object has a spec');
  });

  it('that are zero in all lists yield no result instead of zeros', async () => {
    await lab.serve(smallCluster);
    for (const resource of [SUMMARIES, POSTURES]) {
      lab.storage.answerNext({ verb: 'list', resource }, withoutSpecs());
    }

    expect(await lab.read()).toMatchObject({ exitCode: 3, text: '' });
  });

  it('that are zero in a manifest do not make it an image without findings', async () => {
    await lab.serve(smallCluster);
    const { name } = nginx.metadata;
    lab.storage.answerNext({ verb: 'get', name }, lab.answerAs({ resourceVersion: 'metadata' }));
    const run = await lab.read();

    expect(run).toMatchObject({ exitCode: 0, total: SMALL_TOTAL - 3, skipped: { stub: 1 } });
    expect(run.text).not.toContain('library/nginx');
  });

  it('with null instead of an empty list make it an image without findings', async () => {
    const clean = image('clean', { severities: [] });
    await lab.serve([clean, runs(clean, shop)]);
    const { exitCode, total, text } = await lab.read();

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: 0 });
    expect(valueOf(text, 'kubescape_total_image_vulnerabilities')).toBe(0);
  });
});

interface SpecsCase {
  readonly kind: string;
  readonly total: number | undefined;
}

function withoutSpecs() {
  return lab.answerAs({ resourceVersion: '0' });
}

describe('the reference in a summary', () => {
  it.each(['shop', 'kubescape', 'missing'])(
    'is resolved by name, even if its namespace is %s',
    async (namespace) => {
      await lab.serve([nginx, runs(nginx, shop, { reference: { namespace } })]);

      expect(await lab.read()).toMatchObject({ exitCode: 0, total: 3 });
    },
  );

  it('is resolved by name, even if the image id is that of another manifest', async () => {
    const { annotations = {} } = redis.metadata;
    await lab.serve([nginx, redis, runs(nginx, shop, { annotations })]);
    const { text } = await lab.read();

    const values = samplesOf(text).filter(({ labels }) => labels['workload'] === 'shop');
    expect(new Set(values.map(({ labels }) => labels['image']))).toEqual(
      new Set(['library/nginx']),
    );
  });

  it('is resolved by image id if no manifest has the name', async () => {
    await lab.serve([nginx, runs(nginx, shop, { reference: { name: 'of-an-older-build' } })]);
    const { exitCode, total, text } = await lab.read();

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: 3 });
    expect(valueOf(text, 'kubescape_scan_references_dangling')).toBe(0);
  });

  it('is counted if it is dangling, and its container has no series', async () => {
    await lab.serve([...smallCluster, ...workloads(30)]);
    const before = await lab.read();
    lab.storage.store.put(runs(image('missing'), shop));
    const { exitCode, total, text } = await lab.read();

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: before.total });
    expect(valueOf(text, 'kubescape_scan_references_dangling')).toBe(1);
    expect(valueOf(text, 'kubescape_scanned_containers')).toBe(33);
    expect(text).not.toContain('library/missing');
  });
});

describe('a summary without a reference', () => {
  it.each(['too-large', 'incomplete', 'unsupported-schema'])(
    'has only a status series if its status is %s',
    async (status) => {
      const annotations = { 'kubescape.io/status': status };
      const stub = runs(image('big'), shop, { reference: { name: '' }, annotations });
      await lab.serve([...smallCluster, stub]);
      const { text, ...run } = await lab.read();

      expect(run).toMatchObject({ exitCode: 0, total: SMALL_TOTAL, skipped: { unscanned: 1 } });
      const series = samplesOf(text).filter(({ labels }) => labels['image'] === 'library/big');
      expect(series.map(({ name, labels }) => [name, labels['status']])).toEqual([
        ['kubescape_image_scan_status', status],
      ]);
    },
  );

  it('is skipped as a stub if its status is ready', async () => {
    await lab.serve([...smallCluster, runs(image('odd'), shop, { reference: { name: '' } })]);
    const { text, ...run } = await lab.read();

    expect(run).toMatchObject({ exitCode: 0, total: SMALL_TOTAL, skipped: { stub: 1 } });
    expect(text).not.toContain('library/odd');
  });
});

describe('the cluster name', () => {
  const clusterData = { clusterName: 'from-config-map' };

  it.each`
    what                                                   | cluster      | clusterData            | name
    ${'is the configured one'}                             | ${'mine'}    | ${clusterData}         | ${'mine'}
    ${"comes from Kubescape's configuration"}              | ${undefined} | ${clusterData}         | ${'from-config-map'}
    ${'comes from the workload ids'}                       | ${undefined} | ${undefined}           | ${SMALL_CLUSTER}
    ${'is not taken from a configuration that is invalid'} | ${undefined} | ${'{clusterName:'}     | ${SMALL_CLUSTER}
    ${'is not empty'}                                      | ${undefined} | ${{ clusterName: '' }} | ${SMALL_CLUSTER}
  `('$what', async ({ cluster, clusterData: data, name }: NameCase) => {
    await lab.serve(smallCluster, { clusterData: data });
    const { exitCode, text } = await lab.read({ cluster });

    expect(exitCode).toBe(0);
    expect(clustersIn(text)).toEqual(new Set([name]));
  });

  it.each(['configmaps', MANIFESTS])(
    'comes from the workload ids if %s may not be read',
    async (secret) => {
      const data = secret === 'configmaps' ? { clusterData } : {};
      await lab.serve(smallCluster, { forbid: (_verb, resource) => resource === secret, ...data });
      const { exitCode, text } = await lab.read();

      expect(exitCode).toBe(0);
      expect(clustersIn(text)).toEqual(new Set([SMALL_CLUSTER]));
      expect(valuesBy(text, 'kubescape_total_failed_controls', 'severity')).toMatchObject({
        High: 5,
      });
    },
  );

  it('is unknown if the configuration exists but cannot be read, and the run fails', async () => {
    await lab.serve(smallCluster, { clusterData });
    lab.storage.answerNext({ resource: 'configmaps' }, { status: 400 });
    const { exitCode, text, messages } = await lab.read();

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain("cannot read the cluster's name");
  });

  it('is the last known one if the configuration cannot be read any more', async () => {
    await lab.serve(smallCluster, { clusterData });
    const source = await openSource(lab.storage, lab.folder);
    await runSource(source);
    lab.storage.answerNext({ resource: 'configmaps' }, { status: 400 });
    const { exitCode, text } = await runSource(source);

    expect(exitCode).toBe(0);
    expect(clustersIn(text)).toEqual(new Set(['from-config-map']));
  });
});

interface NameCase {
  readonly cluster: string | undefined;
  readonly clusterData: Record<string, unknown> | string | undefined;
  readonly name: string;
}

function clustersIn(text: string): ReadonlySet<string | undefined> {
  return new Set(samplesOf(text).map(({ labels }) => labels['cluster']));
}
