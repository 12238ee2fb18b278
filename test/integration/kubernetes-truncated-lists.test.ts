import { describe, expect, it } from 'vitest';

import { faults } from '../support/fake-storage/faults.ts';
import type { ResourceName } from '../support/fake-storage/resources.ts';
import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import { changingItems, isLaterPage } from '../support/kubernetes/answers.ts';
import { allUp, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import {
  configurations,
  image,
  images,
  nginx,
  runs,
  SMALL_TOTAL,
  smallCluster,
  workloads,
} from '../support/kubernetes/small-cluster.ts';
import { valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const kinds = [SUMMARIES, MANIFESTS, POSTURES] as const;
const later = { now: () => Date.now() + 15 * 60_000 };

describe('a list that is suddenly empty', () => {
  it.each`
    kind         | total          | resources
    ${SUMMARIES} | ${undefined}   | ${2}
    ${MANIFESTS} | ${undefined}   | ${2}
    ${POSTURES}  | ${SMALL_TOTAL} | ${undefined}
  `('makes its kind down instead of pushing zeros: $kind', async (expected: EmptyCase) => {
    const { kind, total, resources } = expected;
    await lab.serve(smallCluster);
    await lab.readWithState();
    lab.emptyLists(kind);
    const { messages, text, ...run } = await lab.readWithState();
    const { length } = lab.storage.requests;

    expect(run).toMatchObject({ exitCode: 5, total, up: { ...allUp, [kind]: 0 } });
    expect(valueOf(text, 'kubescape_scanned_resources')).toBe(resources);
    expect(messages).toMatch(/the list has 0 objects, down from [23] in the last run/);
    expect(await lab.readWithState()).toMatchObject({ exitCode: 0, total: SMALL_TOTAL, up: allUp });
    // The cached findings were kept.
    expect(lab.manifests(length)).toEqual([]);
  });

  it.each`
    what                              | minutes | isScheduled | isAccepted
    ${'half a minute later'}          | ${0.5}  | ${false}    | ${false}
    ${'14 minutes later'}             | ${14}   | ${false}    | ${false}
    ${'15 minutes later'}             | ${15}   | ${false}    | ${true}
    ${'in the next scheduled push'}   | ${0.5}  | ${true}     | ${true}
    ${'after the clock was set back'} | ${-60}  | ${false}    | ${true}
  `('is accepted $what: $isAccepted', async ({ minutes, isScheduled, isAccepted }: LaterCase) => {
    await lab.serve(smallCluster);
    await lab.readWithState();
    lab.deleteAll(POSTURES);
    const isDown = { exitCode: 5, isComplete: false, up: { ...allUp, [POSTURES]: 0 } };
    const first = await lab.readWithState();
    // A look in between does not restart the time.
    const second = await lab.readWithState({ now: () => Date.now() + 1000 });
    const third = await lab.readWithState({
      now: () => Date.now() + minutes * 60_000,
      isScheduled,
    });

    expect(first).toMatchObject(isDown);
    expect(second).toMatchObject(isDown);
    expect(third).toMatchObject(
      isAccepted ? { exitCode: 0, isComplete: true, total: SMALL_TOTAL, up: allUp } : isDown,
    );
  });

  it('of every kind fails the run, and is accepted later', async () => {
    await lab.serve(smallCluster);
    await lab.readWithState();
    lab.emptyLists(...kinds);
    const first = await lab.readWithState();
    lab.emptyLists(...kinds);
    const second = await lab.readWithState(later);

    expect(first).toMatchObject({ exitCode: 3, text: '' });
    expect(first.messages).toContain('in the last run');
    expect(second).toMatchObject({ exitCode: 3, text: '' });
    expect(second.messages).toContain('has a scan run?');
  });

  it('of every kind fails the first run', async () => {
    await lab.serve([]);
    const { exitCode, text, messages } = await lab.read();

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain('has a scan run?');
  });

  it('of manifests makes them down in the first run if summaries refer to them', async () => {
    await lab.serve(smallCluster);
    lab.emptyLists(MANIFESTS);
    const { messages, ...run } = await lab.read();

    expect(run).toMatchObject({ exitCode: 5, total: undefined, up: { ...allUp, [MANIFESTS]: 0 } });
    expect(messages).toContain('empty, although 3 summaries reference manifests');
  });

  it('of summaries makes them down in every run if there are manifests of images', async () => {
    await lab.serve([...smallCluster.slice(0, 3), ...configurations(1)]);
    const withState = { stateDir: lab.folder };
    for (const options of [{}, withState, withState]) {
      const { exitCode, up, text, messages } = await lab.read(options);

      expect({ exitCode, up }).toEqual({ exitCode: 5, up: { ...allUp, [SUMMARIES]: 0 } });
      expect(text).not.toContain('kubescape_scanned_images');
      expect(messages).toContain('although there are manifests for 3 images');
    }
  });
});

interface LaterCase {
  readonly minutes: number;
  readonly isScheduled: boolean;
  readonly isAccepted: boolean;
}

interface EmptyCase {
  readonly kind: string;
  readonly total: number | undefined;
  readonly resources: number | undefined;
}

it('a list with only unscanned containers is plausible', async () => {
  const stub = runs(
    image('big'),
    { namespace: 'shop', workload: 'big' },
    { reference: { name: '' }, annotations: { 'kubescape.io/status': 'too-large' } },
  );
  await lab.serve([nginx, stub]);

  // No summary references the manifest, which is therefore left out.
  expect(await lab.read()).toMatchObject({ exitCode: 0, total: undefined, up: allUp });
});

describe('a list that becomes shorter', () => {
  it.each`
    before | left  | isUp
    ${20}  | ${11} | ${1}
    ${20}  | ${9}  | ${0}
    ${9}   | ${1}  | ${1}
  `('from $before to $left objects: up is $isUp', async ({ before, left, isUp }: ShrinkCase) => {
    const scans = configurations(before);
    await lab.serve(scans);
    await lab.readWithState();
    for (const { metadata } of scans.slice(left)) {
      lab.storage.store.delete({ resource: POSTURES, ...metadata });
    }

    expect(await lab.readWithState()).toMatchObject(
      isUp === 1 ? { exitCode: 0, up: allUp } : { exitCode: 3, text: '' },
    );
  });
});

interface ShrinkCase {
  readonly before: number;
  readonly left: number;
  readonly isUp: number;
}

describe.each`
  kind         | more                   | metric
  ${SUMMARIES} | ${workloads(250)}      | ${'kubescape_scanned_containers'}
  ${MANIFESTS} | ${images(510)}         | ${'kubescape_scanned_images'}
  ${POSTURES}  | ${configurations(250)} | ${'kubescape_scanned_resources'}
`('an empty later page of $kind', ({ kind, more, metric }: PageCase) => {
  it.each(['emptyList', 'badToken'] as const)(
    'does not truncate the list, because the page before it shows the rest: %s',
    async (fault) => {
      await lab.serve([...smallCluster, ...more]);
      const complete = await lab.read();
      const isEmpty = fault === 'emptyList';
      const list = { verb: 'list', resource: kind } as const;
      lab.storage.answerNext(isEmpty ? isLaterPage(kind) : list, faults[fault]);
      const run = await lab.read();

      expect(run).toMatchObject({ exitCode: 0, isComplete: true, up: allUp });
      expect(valueOf(run.text, metric)).toBe(valueOf(complete.text, metric));
    },
  );

  it('makes the kind down, also in the first run, if the rest stays empty', async () => {
    await lab.serve([...smallCluster, ...more]);
    lab.storage.answerNext(isLaterPage(kind), faults.emptyList, faults.emptyList);
    const { exitCode, up, messages } = await lab.read();

    expect({ exitCode, up }).toEqual({ exitCode: 5, up: { ...allUp, [kind]: 0 } });
    expect(messages).toContain('the list is longer, but its next page is empty');
  });

  it('makes the kind down if the page before it is now empty as well, and is accepted later', async () => {
    await lab.serve([...smallCluster, ...more]);
    await lab.readWithState();
    truncateAfterFirstPage(kind);
    const first = await lab.readWithState();
    truncateAfterFirstPage(kind);
    const second = await lab.readWithState(later);

    expect(first).toMatchObject({ exitCode: 5, up: { ...allUp, [kind]: 0 } });
    expect(first.messages).toContain('ended with an empty page after');
    expect(valueOf(first.text, metric)).toBeUndefined();
    expect(second).toMatchObject({ exitCode: 0, up: allUp });
  });
});

interface PageCase {
  readonly kind: string;
  readonly more: readonly StorageObject[];
  readonly metric: string;
}

describe.each`
  kind         | objects                | pageSize
  ${SUMMARIES} | ${workloads(450)}      | ${200}
  ${MANIFESTS} | ${images(1050)}        | ${500}
  ${POSTURES}  | ${configurations(450)} | ${200}
`('a list of $kind', ({ kind, objects, pageSize }: ShrunkCase) => {
  it.each([1, 2])('may shrink to exactly full pages: %i', async (pages) => {
    await lab.serve([...smallCluster, ...objects.slice(0, pages * pageSize + 50)]);
    await lab.readWithState();
    const rows = lab.storage.store.rows(kind);
    for (const row of rows.slice(pages * pageSize)) lab.storage.store.delete(row);

    expect(await lab.readWithState()).toMatchObject({ exitCode: 0, isComplete: true, up: allUp });
  });
});

interface ShrunkCase {
  readonly kind: ResourceName;
  readonly objects: readonly StorageObject[];
  readonly pageSize: number;
}

/** Answers all requests for a kind after the first with an empty list. */
function truncateAfterFirstPage(kind: string): void {
  const [list, empty] = [{ verb: 'list', resource: kind }, faults.emptyList] as const;
  lab.storage.answerNext(list, async (_request, normal) => normal(), empty, empty);
}

describe('objects that the server could not read', () => {
  it.each(kinds)('make their kind down if the list has no others: %s', async (kind) => {
    await lab.serve(smallCluster);
    lab.storage.answerNext({ verb: 'list', resource: kind }, withNames(0));
    const run = await lab.read();

    expect(run).toMatchObject({ exitCode: 5, isComplete: false, up: { ...allUp, [kind]: 0 } });
    expect(run.total).toBe(kind === POSTURES ? SMALL_TOTAL : undefined);
    expect(run.messages).toContain(
      'items in the list has a name: the server cannot read its own objects',
    );
  });

  it('keep all series alive while no list names them: manifests', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext({ verb: 'list', resource: MANIFESTS }, withNames(1));

    // Without the names of two manifests, two references dangle.
    expect(await lab.read()).toMatchObject({ exitCode: 5, isComplete: false, up: allUp });
    expect(await lab.read()).toMatchObject({ exitCode: 0, isComplete: true, total: SMALL_TOTAL });
  });
});

it('keeps all series alive if every reference to a manifest is dangling', async () => {
  await lab.serve(smallCluster);
  await lab.readWithState();
  lab.deleteAll(MANIFESTS);
  for (const other of images(3)) lab.storage.store.put(other);

  expect(await lab.readWithState()).toMatchObject({ exitCode: 5, isComplete: false, up: allUp });
});

/** The normal answer, with names only on the first items. */
function withNames(count: number) {
  return changingItems((items) =>
    items.map((item, index) => (index < count ? item : { ...item, metadata: {} })),
  );
}
