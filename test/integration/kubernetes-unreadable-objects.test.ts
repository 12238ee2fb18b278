import { describe, expect, it } from 'vitest';

import { ChangeTracker } from '../../src/sources/kubescape/change-tracker.ts';
import type { ApiRequest } from '../support/fake-storage/api-request.ts';
import { faults } from '../support/fake-storage/faults.ts';
import type { ResourceName } from '../support/fake-storage/resources.ts';
import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import { openSource, runSource } from '../support/kubernetes/agent-run.ts';
import { allUp, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import {
  cart,
  configuration,
  nginx,
  redis,
  runs,
  SMALL_TOTAL,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster } from '../support/metrics/exposition-values.ts';

const lab = useLab();

const posture = configuration({ namespace: 'shop', workload: 'storefront' }, 2);
const damaged = [
  { kind: SUMMARIES, object: cart },
  { kind: POSTURES, object: posture },
] as const;

function isMetadataList({ resource, query }: ApiRequest): boolean {
  return resource === SUMMARIES && query['resourceVersion'] === 'metadata';
}

function damage(resource: ResourceName, { metadata }: StorageObject): void {
  lab.storage.store.corrupt({ resource, ...metadata }, 'forever');
}

describe.each(damaged)('an object of $kind that becomes unreadable', ({ kind, object }) => {
  it('keeps its values, while other series end and sums agree', async () => {
    await lab.serve(smallCluster);
    const source = await openSource(lab.storage, lab.folder);
    const before = await runSource(source);
    damage(kind, object);
    const run = await runSource(source);

    expect(run).toMatchObject({
      exitCode: 5,
      isComplete: true,
      total: SMALL_TOTAL,
      up: allUp,
      skipped: { unreadable: 1 },
    });
    expect(linesAboutCluster(run.text)).toEqual(linesAboutCluster(before.text));
  });

  it('is logged by name, once until it was readable', async () => {
    await lab.serve(smallCluster);
    const source = await openSource(lab.storage, lab.folder);
    damage(kind, object);
    const { namespace, name } = object.metadata;
    const first = await runSource(source);
    const second = await runSource(source);

    expect(first.messages).toContain(`${kind} ${namespace}/${name}: the server cannot read`);
    expect(second.messages).not.toContain(name);
    expect(second.skipped).toEqual({ unreadable: 1 });
  });

  it('keeps its values in a new process that has the state folder', async () => {
    await lab.serve(smallCluster);
    const before = await lab.readWithState();
    damage(kind, object);
    const runsOfProcesses = [await lab.readWithState(), await lab.readWithState()];

    for (const run of runsOfProcesses) {
      expect(run).toMatchObject({ exitCode: 5, isComplete: true, skipped: { unreadable: 1 } });
      expect(linesAboutCluster(run.text)).toEqual(linesAboutCluster(before.text));
    }
  });

  it('has no values any more once it is deleted', async () => {
    await lab.serve(smallCluster);
    const source = await openSource(lab.storage, lab.folder);
    await runSource(source);
    damage(kind, object);
    await runSource(source);
    lab.storage.cleanUp({ resource: kind, ...object.metadata });
    const run = await runSource(source);
    const fresh = await lab.read();

    expect(run).toMatchObject({ exitCode: 0, isComplete: true, skipped: {} });
    expect(linesAboutCluster(run.text)).toEqual(linesAboutCluster(fresh.text));
  });

  it('lets series end only from the second run on if it was never readable', async () => {
    await lab.serve(smallCluster);
    damage(kind, object);
    const source = await openSource(lab.storage, lab.folder);
    const first = await runSource(source);
    const second = await runSource(source);

    expect([first, second]).toMatchObject([
      { exitCode: 5, isComplete: false },
      { exitCode: 5, isComplete: true },
    ]);
  });

  it('keeps all series alive while no list names it', async () => {
    await lab.serve(smallCluster);
    const source = await openSource(lab.storage, lab.folder);
    await runSource(source);
    damage(kind, object);
    const list = { verb: 'list', resource: kind } as const;
    lab.storage.answerNext(list, async (_request, normal) => normal(), faults.emptyList);

    expect(await runSource(source)).toMatchObject({
      isComplete: false,
      skipped: { zero_valued: 1 },
    });
    expect(await runSource(source)).toMatchObject({ isComplete: true, skipped: { unreadable: 1 } });
  });
});

it('an unreadable summary that was never readable has the findings of its image', async () => {
  await lab.serve(smallCluster);
  const complete = await lab.read();
  damage(SUMMARIES, cart);

  expect(linesAboutCluster((await lab.read()).text)).toEqual(linesAboutCluster(complete.text));
});

it.each([SUMMARIES, POSTURES] as const)('%s that are all unreadable are down', async (kind) => {
  await lab.serve(smallCluster);
  for (const row of lab.storage.store.rows(kind)) lab.storage.store.corrupt(row, 'forever');
  const run = await lab.read();

  expect(run).toMatchObject({ exitCode: 5, isComplete: false, up: { ...allUp, [kind]: 0 } });
  expect(run.messages).toContain('the server cannot read its own objects');
});

describe('a manifest that becomes unreadable', () => {
  it('keeps its findings, while other series end', async () => {
    await lab.serve(smallCluster);
    const source = await openSource(lab.storage, lab.folder);
    const before = await runSource(source);
    lab.storage.store.put({
      ...redis,
      metadata: { ...redis.metadata, labels: { changed: 'yes' } },
    });
    damage(MANIFESTS, redis);
    const run = await runSource(source);

    expect(run).toMatchObject({ exitCode: 5, isComplete: true, skipped: { unreadable: 1 } });
    expect(linesAboutCluster(run.text)).toEqual(linesAboutCluster(before.text));
  });

  it('keeps all series alive in a first run, in which its findings are unknown', async () => {
    await lab.serve(smallCluster);
    damage(MANIFESTS, redis);
    const run = await lab.readWithState();

    expect(run).toMatchObject({ exitCode: 5, isComplete: false, total: SMALL_TOTAL - 1 });
    expect(await lab.readWithState()).toMatchObject({ exitCode: 5, isComplete: true });
  });
});

it('a list with unreadable objects is reused until its kind changes', async () => {
  await lab.serve(smallCluster);
  const tracker = new ChangeTracker();
  const source = await openSource(lab.storage, lab.folder, { tracker });
  damage(SUMMARIES, cart);
  await runSource(source);
  for (const kind of [SUMMARIES, MANIFESTS, POSTURES] as const) tracker.openWatch(kind);
  lab.storage.store.put(configuration({ namespace: 'shop', workload: 'other' }, 1));
  tracker.reportChange(POSTURES);
  const before = lab.lists(SUMMARIES).length;
  const run = await runSource(source, { isChangeOnly: true });

  expect(run).toMatchObject({ exitCode: 5, isComplete: true, skipped: { unreadable: 1 } });
  expect(lab.lists(SUMMARIES)).toHaveLength(before);
});

it('objects that were written while lists were read are not lost', async () => {
  await lab.serve(smallCluster);
  damage(SUMMARIES, cart);
  const written = runs(nginx, { namespace: 'shop', workload: 'new' });
  lab.storage.answerNext(isMetadataList, async (_request, normal) => {
    lab.storage.store.put(written);
    return normal();
  });
  const source = await openSource(lab.storage, lab.folder);
  await runSource(source);
  const run = await runSource(source);

  expect(run.skipped).toEqual({ unreadable: 1 });
  expect(run.total).toBe(SMALL_TOTAL + 3);
});
