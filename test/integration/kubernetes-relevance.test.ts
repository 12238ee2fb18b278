import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { createFilesSource } from '../../src/sources/files/files-source.ts';
import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import {
  type AgentOptions,
  type AgentRun,
  runSource,
  withFilter,
} from '../support/kubernetes/agent-run.ts';
import { afterwards } from '../support/kubernetes/answers.ts';
import { MANIFESTS, useLab } from '../support/kubernetes/lab.ts';
import {
  image,
  loaded,
  nginx,
  redis,
  runs,
  SMALL_TOTAL,
} from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster, samplesOf, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();

const perContainer = { help: 'h', labels: ['cluster', 'workload'], value: 'count' } as const;
const relevant = { ...perContainer, name: 'loaded', where: { relevant: true } };
const irrelevant = { ...perContainer, name: 'not_loaded', where: { relevant: false } };
const inCluster = { ...relevant, name: 'loaded_in_cluster', labels: ['cluster'] };
const custom = [relevant, irrelevant, inCluster];

const postgres = image('postgres', { severities: ['Critical', 'Low', 'Low', 'Low'] });
/** `storefront` loaded 2 of 3 findings, `cart` 0 of 1, and for `ledger` it is unknown. */
const cluster: readonly StorageObject[] = [
  ...[nginx, redis, postgres],
  ...[loaded(nginx, 'filtered-storefront', 2), loaded(redis, 'filtered-cart', 0)],
  runs(nginx, place('storefront'), { relevant: 'filtered-storefront' }),
  runs(redis, place('cart'), { relevant: 'filtered-cart' }),
  runs(postgres, place('ledger')),
];
const known = { loaded: { storefront: 2, cart: 0 }, not_loaded: { storefront: 1, cart: 1 } };

beforeEach(async () => lab.serve(cluster));

describe('relevant findings', () => {
  it('are counted per container, and those of unknown relevance are not counted at all', async () => {
    const run = await lab.read({ custom });

    expect(run).toMatchObject({ exitCode: 0, total: SMALL_TOTAL, skipped: {} });
    expect(valuesIn(run)).toEqual(known);
    expect(valueOf(run.text, 'loaded_in_cluster')).toBe(2);
    expect(valueOf(run.text, 'kubescape_scan_references_dangling')).toBe(0);
  });

  it('are read only if a metric needs them', async () => {
    await lab.read();
    expect(lab.manifests().filter(isFiltered)).toEqual([]);

    const names = await lab.manifestsReadBy(async () => lab.read({ custom: [inCluster] }));
    expect(names.filter(isFiltered).toSorted()).toEqual(['filtered-cart', 'filtered-storefront']);
  });

  it('are not read for filtered containers', async () => {
    const run = await lab.read({ custom, ...withFilter({ excludeWorkloads: ['cart'] }) });

    expect(lab.manifests().filter(isFiltered)).toEqual(['filtered-storefront']);
    expect(valuesIn(run).loaded).toEqual({ storefront: 2 });
  });

  it('have no series in a cluster without any', async () => {
    await lab.serve([postgres, runs(postgres, place('ledger'))]);
    const run = await lab.read({ custom });

    expect(run.total).toBe(4);
    expect(samplesOf(run.text).filter(({ name }) => name.includes('loaded'))).toEqual([]);
  });

  it('of containers that share all labels are counted only if all are known', async () => {
    const twin = image('nginx', { build: 'b', severities: ['High'] });
    const places = [
      runs(nginx, place('twins'), { relevant: 'filtered-storefront' }),
      runs(twin, { ...place('twins'), kind: 'Deployment' }),
    ];
    const labels = ['cluster', 'namespace', 'workload_kind', 'workload', 'name'];
    const whole = { ...relevant, labels: [...labels, 'registry', 'image', 'tag'] };
    await lab.serve([nginx, twin, loaded(nginx, 'filtered-storefront', 2), ...places]);

    const run = await lab.read({ custom: [whole] });
    expect({ total: run.total, known: valuesIn(run).loaded }).toEqual({ total: 4, known: {} });

    lab.storage.store.put(
      runs(twin, { ...place('twins'), kind: 'Deployment' }, { relevant: 'filtered-storefront' }),
    );
    expect(valuesIn(await lab.read({ custom: [whole] })).loaded).toEqual({ twins: 3 });
  });
});

describe('a reference to relevant findings', () => {
  it('is counted as dangling if they are missing, and makes its container unknown', async () => {
    remove('filtered-cart');
    const run = await lab.read({ custom });

    expect(run).toMatchObject({ exitCode: 0, total: SMALL_TOTAL });
    expect(valuesIn(run).loaded).toEqual({ storefront: 2 });
    expect(valueOf(run.text, 'kubescape_scan_references_dangling')).toBe(1);
    // Not if no metric needs relevance.
    expect(valueOf((await lab.read()).text, 'kubescape_scan_references_dangling')).toBe(0);
  });

  it('is ignored if a later scan ran without relevance', async () => {
    const { metadata, ...rest } = runs(nginx, place('storefront'), {
      relevant: 'filtered-storefront',
    });
    const labels = { ...metadata.labels, 'kubescape.io/context': 'non-filtered' };
    lab.storage.store.put({ ...rest, metadata: { ...metadata, labels } });

    expect(valuesIn(await lab.read({ custom })).loaded).toEqual({ cart: 0 });
  });

  it.each`
    what                            | happen                                                              | exitCode
    ${'are deleted before the GET'} | ${() => remove('filtered-cart')}                                    | ${0}
    ${'cannot be read'}             | ${() => lab.storage.answerNext(get('filtered-cart'), badRequest)}   | ${5}
    ${'are a stub'}                 | ${() => lab.storage.answerNext(get('filtered-cart'), stub())}       | ${0}
    ${'are those of an image'}      | ${() => lab.storage.answerNext(get('filtered-cart'), other(redis))} | ${0}
  `('makes its container unknown if they $what', async ({ happen, exitCode }: LostCase) => {
    lab.storage.answerNext(get('filtered-storefront'), afterwards(happen));
    const run = await lab.read({ custom });

    expect(run).toMatchObject({ exitCode, total: SMALL_TOTAL });
    expect(valuesIn(run).loaded).toEqual({ storefront: 2 });
  });
});

interface LostCase {
  readonly happen: () => void;
  readonly exitCode: number;
}

describe('cached relevant findings', () => {
  it('are not read again', async () => {
    const first = await keep();
    const { length } = lab.storage.requests;
    const second = await keep();

    expect(lab.manifests(length)).toEqual([]);
    expect(linesAboutCluster(second.text)).toEqual(linesAboutCluster(first.text));
    expect(valuesIn(second)).toEqual(known);
  });

  it('are read again if they changed', async () => {
    await keep();
    lab.storage.store.put(loaded(nginx, 'filtered-storefront', 3));
    const { length } = lab.storage.requests;
    const run = await keep();

    expect(lab.manifests(length)).toEqual(['filtered-storefront']);
    expect(valuesIn(run).loaded).toEqual({ storefront: 3, cart: 0 });
  });

  it('are removed by a run that does not need them', async () => {
    await keep();
    await lab.readWithState();
    const { length } = lab.storage.requests;

    expect(valuesIn(await keep())).toEqual(known);
    expect(lab.manifests(length).toSorted()).toEqual(['filtered-cart', 'filtered-storefront']);
  });

  it('are used if the current ones cannot be read', async () => {
    await keep();
    lab.storage.store.put(loaded(nginx, 'filtered-storefront', 3));
    lab.storage.answerNext(get('filtered-storefront'), badRequest);
    const run = await keep();

    expect(run).toMatchObject({ exitCode: 5, skipped: { unreadable: 1 } });
    expect(valuesIn(run)).toEqual(known);
  });
});

describe('shards', () => {
  it('read the relevant findings of their own images and together push the same as one process', async () => {
    remove('filtered-cart');
    const whole = await lab.read({ custom });
    const { length } = lab.storage.requests;
    const parts: AgentRun[] = [];
    for (const index of [0, 1]) parts.push(await lab.read({ custom, shard: { index, count: 2 } }));

    expect(lab.manifests(length).filter(isFiltered)).toEqual(['filtered-storefront']);
    expect(Object.assign({}, ...parts.map((part) => valuesIn(part).loaded))).toEqual(
      valuesIn(whole).loaded,
    );
    const dangling = parts.map(({ text }) => valueOf(text, 'kubescape_scan_references_dangling'));
    expect(dangling).toEqual([1, 0]);
  });
});

describe('files', () => {
  it.each(['before', 'after'] as const)(
    'with relevant findings %s their images yield the same as the cluster',
    async (order) => {
      const objects = order === 'before' ? cluster.toReversed() : cluster;
      const run = await readFiles(objects, { custom });

      expect(run).toMatchObject({ exitCode: 0, total: SMALL_TOTAL });
      expect(valuesIn(run)).toEqual(known);
      expect(valueOf(run.text, 'loaded_in_cluster')).toBe(2);
    },
  );

  it('without relevant findings leave relevance unknown and count dangling references', async () => {
    const objects = cluster.filter(({ metadata: { name } }) => !isFiltered(name));
    const run = await readFiles(objects, { custom });

    expect(run.total).toBe(SMALL_TOTAL);
    expect(samplesOf(run.text).filter(({ name }) => name.includes('loaded'))).toEqual([]);
    expect(valueOf(run.text, 'kubescape_scan_references_dangling')).toBe(2);
  });
});

async function readFiles(
  objects: readonly StorageObject[],
  options: AgentOptions,
): Promise<AgentRun> {
  const folder = join(lab.folder, 'files');
  mkdirSync(folder);
  const text = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  writeFileSync(join(folder, 'all.ndjson'), text);
  const limits = { maxDocumentBytes: 2 ** 20, maxDepth: 100 };
  const source = createFilesSource({ paths: [folder], limits, needsRelevance: true });
  return runSource(source, options);
}

async function keep(): Promise<AgentRun> {
  return lab.readWithState({ custom });
}

function place(workload: string) {
  return { namespace: 'shop', workload } as const;
}

function isFiltered(name: string): boolean {
  return name.startsWith('filtered-');
}

function remove(name: string): void {
  lab.storage.store.delete({ resource: MANIFESTS, namespace: 'kubescape', name });
}

function get(name: string) {
  return { verb: 'get', name } as const;
}

const badRequest = { status: 400, body: 'bad request' } as const;

function stub() {
  return { status: 200, body: JSON.stringify({ ...redis, spec: {} }) } as const;
}

function other(object: StorageObject) {
  return { status: 200, body: JSON.stringify(object) } as const;
}

function valuesIn({ text }: AgentRun): Record<'loaded' | 'not_loaded', Record<string, number>> {
  function byWorkload(family: string): Record<string, number> {
    const samples = samplesOf(text).filter(({ name }) => name === family);
    return Object.fromEntries(
      samples.map(({ labels, value }) => [labels['workload'] ?? '', value]),
    );
  }
  return { loaded: byWorkload('loaded'), not_loaded: byWorkload('not_loaded') };
}
