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
} from '../support/kubernetes/small-cluster.ts';
import { samplesOf, valueOf, valuesBy } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const shop = { namespace: 'shop', workload: 'shop' } as const;

const tooLarge = runs(
  image('big'),
  { namespace: 'shop', workload: 'big' },
  { reference: { name: '' }, annotations: { 'kubescape.io/status': 'too-large' } },
);

describe('specs', () => {
  it('are asked for by name in every list; manifests are listed without', async () => {
    await lab.serve(smallCluster);
    const run = await lab.read();

    expect(run).toMatchObject({ exitCode: 0, total: SMALL_TOTAL, up: allUp, skipped: {} });
    const asked = [SUMMARIES, MANIFESTS, POSTURES].map((kind) =>
      lab.lists(kind).map(({ query }) => query['resourceVersion']),
    );
    expect(asked).toEqual([['fullSpec'], ['metadata'], ['fullSpec']]);
  });

  it('of no summary at all are a failure, also beside stubs and items without a name', async () => {
    await lab.serve([...smallCluster, tooLarge], { quirks: { zeroItems: 1 } });
    const withoutSpecs = lab.answerAs({ resourceVersion: '0' });
    lab.storage.answerNext({ verb: 'list', resource: SUMMARIES }, withoutSpecs);
    const { exitCode, total, up, messages } = await lab.read();

    expect({ exitCode, total, up }).toEqual({
      exitCode: 5,
      total: undefined,
      up: { ...allUp, [SUMMARIES]: 0 },
    });
    expect(messages).toContain('not one object came with its spec');
  });

  it('of no configuration scan at all are a failure too', async () => {
    await lab.serve(smallCluster, { quirks: { zeroItems: 1 } });
    const withoutSpecs = lab.answerAs({ resourceVersion: '0' });
    lab.storage.answerNext({ verb: 'list', resource: POSTURES }, withoutSpecs);
    const { exitCode, total, up, messages } = await lab.read();

    expect({ exitCode, total, up }).toEqual({
      exitCode: 5,
      total: SMALL_TOTAL,
      up: { ...allUp, [POSTURES]: 0 },
    });
    expect(messages).toContain('not one object came with its spec');
  });

  it('that no list has give no result, and never zeros', async () => {
    await lab.serve(smallCluster);
    for (const resource of [SUMMARIES, POSTURES]) {
      lab.storage.answerNext({ verb: 'list', resource }, lab.answerAs({ resourceVersion: '0' }));
    }

    expect(await lab.read()).toMatchObject({ exitCode: 3, text: '' });
  });

  it('of a manifest that come as zeros are no image without findings', async () => {
    await lab.serve(smallCluster);
    const { name } = nginx.metadata;
    lab.storage.answerNext({ verb: 'get', name }, lab.answerAs({ resourceVersion: 'metadata' }));
    const run = await lab.read();

    expect(run).toMatchObject({ exitCode: 0, total: SMALL_TOTAL - 3, skipped: { stub: 1 } });
    expect(run.text).not.toContain('library/nginx');
  });

  it('with null for an empty list are an image without findings', async () => {
    const clean = image('clean', { severities: [] });
    await lab.serve([clean, runs(clean, shop)]);
    const { exitCode, total, text } = await lab.read();

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: 0 });
    expect(valueOf(text, 'kubescape_total_image_vulnerabilities')).toBe(0);
  });
});

describe('an item without a name, which stands for an object that the server could not read', () => {
  it.each`
    strict   | exitCode
    ${false} | ${0}
    ${true}  | ${5}
  `('is counted and nothing else; strict: $strict', async ({ strict, exitCode }: StrictCase) => {
    await lab.serve(smallCluster, { quirks: { zeroItems: 2 } });

    expect(await lab.read({ strict })).toMatchObject({
      exitCode,
      total: SMALL_TOTAL,
      up: allUp,
      skipped: { zero_valued: 6 },
    });
  });
});

interface StrictCase {
  readonly strict: boolean;
  readonly exitCode: number;
}

describe('the reference of a summary', () => {
  it.each`
    namespace      | what
    ${'shop'}      | ${'the workload, as it is up to now'}
    ${'kubescape'} | ${'the manifest'}
    ${'gone'}      | ${'nothing'}
  `('is followed by name; its namespace is that of $what', async ({ namespace }: RefCase) => {
    await lab.serve([nginx, runs(nginx, shop, { reference: { namespace } })]);

    expect(await lab.read()).toMatchObject({ exitCode: 0, total: 3 });
  });

  it('is followed by name also where the id of the image is that of another one', async () => {
    const { annotations = {} } = redis.metadata;
    await lab.serve([nginx, redis, runs(nginx, shop, { annotations })]);
    const { text } = await lab.read();

    const values = samplesOf(text).filter(({ labels }) => labels['workload'] === 'shop');
    expect(new Set(values.map(({ labels }) => labels['image']))).toEqual(
      new Set(['library/nginx']),
    );
  });

  it('that no manifest has is replaced by the id of the image', async () => {
    await lab.serve([nginx, runs(nginx, shop, { reference: { name: 'of-an-older-build' } })]);
    const { exitCode, total, text } = await lab.read();

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: 3 });
    expect(valueOf(text, 'kubescape_scan_references_dangling')).toBe(0);
  });

  it('that leads nowhere is counted, and its container has no number at all', async () => {
    await lab.serve([...smallCluster, runs(image('gone'), shop)]);
    const { exitCode, total, text } = await lab.read();

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: SMALL_TOTAL });
    expect(valueOf(text, 'kubescape_scan_references_dangling')).toBe(1);
    expect(valueOf(text, 'kubescape_scanned_containers')).toBe(3);
    expect(text).not.toContain('library/gone');
  });
});

interface RefCase {
  readonly namespace: string;
}

describe('a summary that refers to nothing', () => {
  it.each(['too-large', 'incomplete', 'unsupported-schema'])(
    'says with the status %s that there was no scan: a status, and no number',
    async (status) => {
      const annotations = { 'kubescape.io/status': status };
      const stub = runs(image('big'), shop, { reference: { name: '' }, annotations });
      await lab.serve([...smallCluster, stub]);
      const { exitCode, total, text, skipped } = await lab.read();

      expect({ exitCode, total, skipped }).toEqual({
        exitCode: 0,
        total: SMALL_TOTAL,
        skipped: { unscanned: 1 },
      });
      const ofBig = samplesOf(text).filter(({ labels }) => labels['image'] === 'library/big');
      expect(ofBig.map(({ name, labels }) => [name, labels['status']])).toEqual([
        ['kubescape_image_scan_status', status],
      ]);
    },
  );

  it('is a stub without such a status, and has no series', async () => {
    await lab.serve([...smallCluster, runs(image('odd'), shop, { reference: { name: '' } })]);
    const { exitCode, total, text, skipped } = await lab.read();

    expect({ exitCode, total, skipped }).toEqual({
      exitCode: 0,
      total: SMALL_TOTAL,
      skipped: { stub: 1 },
    });
    expect(text).not.toContain('library/odd');
  });
});

describe('the name of the cluster', () => {
  const clusterData = { clusterName: 'from-config-map' };
  it.each`
    what                                      | cluster      | clusterData            | name
    ${'is what the user says'}                | ${'mine'}    | ${clusterData}         | ${'mine'}
    ${'is in the configuration of Kubescape'} | ${undefined} | ${clusterData}         | ${'from-config-map'}
    ${'is in the workload ids'}               | ${undefined} | ${undefined}           | ${SMALL_CLUSTER}
    ${'is not what is no JSON'}               | ${undefined} | ${'{clusterName:'}     | ${SMALL_CLUSTER}
    ${'is not empty'}                         | ${undefined} | ${{ clusterName: '' }} | ${SMALL_CLUSTER}
  `('$what', async ({ cluster, clusterData: data, name }: NameCase) => {
    await lab.serve(smallCluster, { clusterData: data });
    const { exitCode, text } = await lab.read({ cluster });

    expect(exitCode).toBe(0);
    expect(new Set(samplesOf(text).map(({ labels }) => labels['cluster']))).toEqual(
      new Set([name]),
    );
  });

  it.each(['configmaps', MANIFESTS])(
    'is in the workload ids where nobody may read %s',
    async (secret) => {
      function forbid(_verb: string, resource: string): boolean {
        return resource === secret;
      }
      const data = secret === 'configmaps' ? { clusterData: { clusterName: 'secret' } } : {};
      await lab.serve(smallCluster, { forbid, ...data });
      const { exitCode, text } = await lab.read();

      expect(exitCode).toBe(0);
      expect(text).toContain(`{cluster="${SMALL_CLUSTER}"`);
      expect(valuesBy(text, 'kubescape_total_failed_controls', 'severity')).toMatchObject({
        High: 5,
      });
    },
  );
});

describe('a configuration of Kubescape that cannot be read for a moment', () => {
  const ofConfig = { resource: 'configmaps' } as const;
  const data = { clusterData: { clusterName: 'from-config-map' } };

  it('gives no other name: nothing is said of the cluster', async () => {
    await lab.serve(smallCluster, data);
    lab.storage.answerNext(ofConfig, { status: 400 });
    const { exitCode, text, messages } = await lab.read();

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain('the name of the cluster cannot be read');
  });

  it('is remembered by a process that has read it before', async () => {
    await lab.serve(smallCluster, data);
    const source = await openSource(lab.storage, lab.folder);
    await runSource(source);
    lab.storage.answerNext(ofConfig, { status: 400 });
    const { exitCode, text } = await runSource(source);

    expect(exitCode).toBe(0);
    expect(new Set(samplesOf(text).map(({ labels }) => labels['cluster']))).toEqual(
      new Set(['from-config-map']),
    );
  });
});

interface NameCase {
  readonly cluster: string | undefined;
  readonly clusterData: Record<string, unknown> | string | undefined;
  readonly name: string;
}

describe('requests', () => {
  it('only read: lists, and one manifest at a time', async () => {
    await lab.serve(smallCluster, { quirks: { latencyMs: () => 5 } });
    await lab.read();

    const asked = new Set(lab.storage.requests.map(({ method, verb }) => `${method} ${verb}`));
    expect([...asked].toSorted()).toEqual(['GET get', 'GET list']);
    expect(lab.storage.inFlightMax(MANIFESTS)).toBe(1);
    expect(lab.manifests()).toHaveLength(3);
  });

  it.each([2, 4])('get at most %i manifests at a time if told so', async (concurrency) => {
    const images = Array.from({ length: 20 }, (_, index) => image(`image-${index}`));
    const containers = images.map((of) => runs(of, shop));
    await lab.serve([...images, ...containers], { quirks: { latencyMs: () => 5 } });
    await lab.read({ concurrency });

    expect(lab.storage.inFlightMax(MANIFESTS)).toBe(concurrency);
    expect(lab.manifests()).toHaveLength(20);
  });
});
