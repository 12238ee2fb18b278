import { expect, it } from 'vitest';

import { ChangeTracker } from '../../src/sources/kubescape/change-tracker.ts';
import { type StorageKind, storageKinds } from '../../src/sources/kubescape/storage-api.ts';
import type { ScanSource } from '../../src/sources/scan-source.ts';
import { faults } from '../support/fake-storage/faults.ts';
import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import { type AgentRun, openSource, runSource } from '../support/kubernetes/agent-run.ts';
import { repeated } from '../support/kubernetes/answers.ts';
import { MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import {
  configuration,
  image,
  nginx,
  runs,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster } from '../support/metrics/exposition-values.ts';

const lab = useLab();

/** A stub, so that there is a skipped report to repeat. */
const unscanned = runs(
  image('big'),
  { namespace: 'shop', workload: 'big' },
  { reference: { name: '' }, annotations: { 'kubescape.io/status': 'too-large' } },
);

/** A source whose watches are open, after its first read. */
async function openWatched(tracker = new ChangeTracker()): Promise<ScanSource> {
  await lab.serve([...smallCluster, unscanned]);
  const source = await openSource(lab.storage, lab.folder, { tracker });
  await runSource(source);
  for (const kind of storageKinds) tracker.openWatch(kind);
  return source;
}

/** The kinds that a read after a change lists, and its result. */
async function readChange(source: ScanSource): Promise<[readonly string[], AgentRun]> {
  const { length } = lab.storage.requests;
  const run = await runSource(source, { isChangeOnly: true });
  const lists = lab.storage.requests.slice(length).filter(({ verb }) => verb === 'list');
  return [lists.map(({ resource }) => resource), run];
}

it.each`
  kind         | object
  ${MANIFESTS} | ${image('redis', { severities: ['Low', 'Low'] })}
  ${SUMMARIES} | ${runs(nginx, { namespace: 'shop', workload: 'new' })}
  ${POSTURES}  | ${configuration({ namespace: 'shop', workload: 'cart' }, 1)}
`(
  'lists only the kind that changed, with the result of a full read: $kind',
  async ({ kind, object }: ChangeCase) => {
    const tracker = new ChangeTracker();
    const source = await openWatched(tracker);
    lab.storage.store.put(object);
    tracker.reportChange(kind);
    const [lists, run] = await readChange(source);
    const fresh = await lab.read();

    expect(lists).toEqual([kind]);
    expect(run).toMatchObject({ exitCode: 0, skipped: fresh.skipped, messages: fresh.messages });
    expect(linesAboutCluster(run.text)).toEqual(linesAboutCluster(fresh.text));
  },
);

interface ChangeCase {
  readonly kind: StorageKind;
  readonly object: StorageObject;
}

it.each`
  why                                 | happen
  ${'a watch is closed'}              | ${(_tracker: ChangeTracker, close: () => void) => close()}
  ${'its list differs from the last'} | ${(tracker: ChangeTracker) => tracker.compare(POSTURES, 'other')}
`('lists a kind again if $why', async ({ happen }: AgainCase) => {
  const tracker = new ChangeTracker();
  await lab.serve(smallCluster);
  const source = await openSource(lab.storage, lab.folder, { tracker });
  await runSource(source);
  const closes = storageKinds.map((kind) => tracker.openWatch(kind));
  happen(tracker, () => closes[storageKinds.indexOf(POSTURES)]?.());

  expect(await readChange(source)).toMatchObject([[POSTURES], { exitCode: 0 }]);
});

interface AgainCase {
  readonly happen: (tracker: ChangeTracker, close: () => void) => void;
}

it('lists a kind again until its list is usable', async () => {
  const tracker = new ChangeTracker();
  const source = await openWatched(tracker);
  tracker.reportChange(POSTURES);
  lab.storage.answerNext({ verb: 'list', resource: POSTURES }, ...repeated(1, faults.emptyList));

  expect(await readChange(source)).toMatchObject([[POSTURES], { exitCode: 5 }]);
  expect(await readChange(source)).toMatchObject([[POSTURES], { exitCode: 0 }]);
  expect(await readChange(source)).toMatchObject([[], { exitCode: 0 }]);
});

it('lists every kind if the schedule causes the read', async () => {
  const source = await openWatched();
  const { length } = lab.storage.requests;
  await runSource(source, { isScheduled: true });
  const lists = lab.storage.requests.slice(length).filter(({ verb }) => verb === 'list');

  expect(lists.map(({ resource }) => resource).toSorted()).toEqual([...storageKinds].toSorted());
});
