import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import type { Answer } from '../support/fake-storage/answer.ts';
import { faults } from '../support/fake-storage/faults.ts';
import type { ScriptedAnswer } from '../support/fake-storage/script.ts';
import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import type { AgentRun } from '../support/kubernetes/agent-run.ts';
import {
  allUp,
  isLaterPage,
  MANIFESTS,
  POSTURES,
  SUMMARIES,
  useLab,
} from '../support/kubernetes/lab.ts';
import {
  configuration,
  image,
  nginx,
  runs,
  SMALL_TOTAL,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const kinds = [SUMMARIES, MANIFESTS, POSTURES] as const;

describe.each`
  kind         | more                   | number
  ${SUMMARIES} | ${workloads(250)}      | ${'kubescape_scanned_containers'}
  ${MANIFESTS} | ${images(510)}         | ${'kubescape_scanned_images'}
  ${POSTURES}  | ${configurations(250)} | ${'kubescape_scanned_resources'}
`('a page of $kind that comes back empty', ({ kind, more, number }: PageCase) => {
  it('is asked for once more, with nothing known of any run before', async () => {
    await lab.serve([...smallCluster, ...more]);
    const whole = await lab.read();
    lab.storage.answerNext(isLaterPage(kind), faults.emptyList);
    const run = await lab.read();

    expect(run).toMatchObject({ exitCode: 0, isComplete: true, up: allUp });
    expect(valueOf(run.text, number)).toBe(valueOf(whole.text, number));
  });

  it('twice is doubted if the list was longer in the last run, and believed in the next', async () => {
    await lab.serve([...smallCluster, ...more]);
    await keep();
    const cut = [isLaterPage(kind), faults.emptyList, faults.emptyList] as const;
    lab.storage.answerNext(...cut);
    const doubted = await keep();
    lab.storage.answerNext(...cut);
    const believed = await keep();

    expect(doubted).toMatchObject({ exitCode: 5, up: { ...allUp, [kind]: 0 } });
    expect(doubted.messages).toContain('ends with an empty page after');
    expect(valueOf(doubted.text, number)).toBeUndefined();
    expect(believed).toMatchObject({ exitCode: 0, up: allUp });
  });
});

it('an empty last page is no reason to doubt where nothing is missing', async () => {
  await lab.serve([nginx, ...workloads(200)]);
  await keep();
  const asked = lab.lists(SUMMARIES).length;

  expect(await keep()).toMatchObject({ exitCode: 0, up: allUp });
  expect(lab.lists(SUMMARIES).length - asked).toBe(3);
});

interface PageCase {
  readonly kind: string;
  readonly more: readonly StorageObject[];
  readonly number: string;
}

describe('items without a name, which stand for objects that the server could not read', () => {
  it.each(kinds)('are no list if there are no others: %s', async (kind) => {
    await lab.serve(smallCluster);
    const before = await keep();
    lab.storage.answerNext({ verb: 'list', resource: kind }, withNames(0));
    const run = await keep();

    expect(run).toMatchObject({ exitCode: 5, isComplete: false, up: { ...allUp, [kind]: 0 } });
    expect(run.total).toBe(kind === POSTURES ? before.total : undefined);
    expect(run.messages).toContain(
      'of the list has a name: the server cannot read its own objects',
    );
  });

  it('do not count, so that a list of few others is not believed at once', async () => {
    await lab.serve([nginx, ...workloads(100)]);
    await keep();
    lab.storage.answerNext({ verb: 'list', resource: SUMMARIES }, withNames(10));

    expect((await keep()).messages).toContain('the list has 10 objects, after 100 in the last run');
  });

  it.each(kinds)('end nothing, because nobody knows whose they are: %s', async (kind) => {
    await lab.serve(smallCluster);
    lab.storage.answerNext({ verb: 'list', resource: kind }, withNames(1));
    const run = await lab.read();

    expect(run).toMatchObject({ exitCode: 0, isComplete: false, up: allUp });
    expect(await lab.read()).toMatchObject({ exitCode: 0, isComplete: true, total: SMALL_TOTAL });
  });
});

describe('an empty list of summaries beside manifests of images', () => {
  it.each`
    what                  | stateDir
    ${'in the first run'} | ${false}
    ${'in run after run'} | ${true}
  `('is a failure $what', async ({ stateDir }: { stateDir: boolean }) => {
    await lab.serve([...smallCluster.slice(0, 3), ...configurations(1)]);
    const options = stateDir ? { stateDir: lab.folder } : {};
    for (let run = 0; run < 3; run++) {
      const { exitCode, up, text, messages } = await lab.read(options);

      expect({ exitCode, up }).toEqual({ exitCode: 5, up: { ...allUp, [SUMMARIES]: 0 } });
      expect(text).not.toContain('kubescape_scanned_images');
      expect(messages).toContain('although there are manifests of 3 images');
    }
  });

  it('says what it is where only those could not be scanned', async () => {
    const stub = runs(
      image('big'),
      { namespace: 'shop', workload: 'big' },
      { reference: { name: '' }, annotations: { 'kubescape.io/status': 'too-large' } },
    );
    await lab.serve([nginx, stub]);

    expect(await lab.read()).toMatchObject({ exitCode: 0, total: 3, up: allUp });
  });
});

describe('a cluster of which no reference finds any findings', () => {
  it('ends nothing, though all of its lists could be read', async () => {
    await lab.serve(smallCluster);
    await keep();
    for (const { namespace, name } of lab.storage.store.rows(MANIFESTS)) {
      lab.storage.store.delete({ resource: MANIFESTS, namespace, name });
    }
    for (const other of ['x', 'y', 'z']) lab.storage.store.put(image(other));

    expect(await keep()).toMatchObject({ exitCode: 0, isComplete: false, up: allUp });
  });
});

describe('a configuration scan that a list has twice', () => {
  it('says nothing any more if the later one is a bare stub', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext({ verb: 'list', resource: POSTURES }, async (_request, normal) =>
      changeItems(await normal(), (items) => [...items, { ...items[0], spec: { controls: null } }]),
    );
    const { exitCode, text, skipped } = await lab.read();

    expect({ exitCode, skipped }).toEqual({ exitCode: 0, skipped: { duplicate: 1, stub: 1 } });
    expect(valueOf(text, 'kubescape_scanned_resources')).toBe(1);
  });
});

/** The normal answer, of which only the first items still have a name. */
function withNames(count: number): ScriptedAnswer {
  return async (_request, normal) =>
    changeItems(await normal(), (items) =>
      items.map((item, index) => (index < count ? item : { ...item, metadata: {} })),
    );
}

const Item = z.record(z.string(), z.unknown());
const List = z.looseObject({ items: z.array(Item) });
type Item = z.infer<typeof Item>;

function changeItems(answer: Answer, change: (items: readonly Item[]) => readonly Item[]): Answer {
  if (typeof answer === 'string' || 'watch' in answer) return answer;
  const { body = '' } = answer;
  const text = typeof body === 'string' ? body : Buffer.concat([...toBuffers(body)]).toString();
  const list = List.parse(JSON.parse(text));
  return { ...answer, body: JSON.stringify({ ...list, items: change(list.items) }) };
}

function* toBuffers(body: Buffer | Iterable<string | Buffer>): Generator<Buffer> {
  if (Buffer.isBuffer(body)) yield body;
  else for (const part of body) yield Buffer.from(part);
}

/** Reads, and keeps what is left for the next run, which is another process. */
async function keep(): Promise<AgentRun> {
  return lab.read({ stateDir: lab.folder });
}

function workloads(count: number): StorageObject[] {
  return Array.from({ length: count }, (_, index) =>
    runs(nginx, { namespace: 'shop', workload: `w-${index}` }),
  );
}

function images(count: number): StorageObject[] {
  return Array.from({ length: count }, (_, index) => image(`image-${index}`));
}

function configurations(count: number): StorageObject[] {
  return Array.from({ length: count }, (_, index) =>
    configuration({ namespace: 'shop', workload: `w-${index}` }, 1),
  );
}
