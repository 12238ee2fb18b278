import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { createFilesSource } from '../../src/sources/files/files-source.ts';
import { ListHistoryFile } from '../../src/sources/list-history-file.ts';
import { type AgentRun, runSource } from '../support/kubernetes/agent-run.ts';
import { useLab } from '../support/kubernetes/lab.ts';
import { configurations, image, runs } from '../support/kubernetes/small-cluster.ts';
import { samplesOf, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const limits = { maxDocumentBytes: 2 ** 20, maxDepth: 100 };
const IMAGES = 12;

interface Moment {
  readonly minutes?: number;
  readonly isScheduled?: boolean;
  /** What was read, if not the same folder. */
  readonly origin?: string;
}

/** Reads the folder as a new process with a state folder does. */
async function read({ minutes = 0, isScheduled = false, origin = '' }: Moment = {}) {
  const history = new ListHistoryFile({ path: join(lab.folder, 'state', 'files.json'), origin });
  const source = createFilesSource({
    paths: [join(lab.folder, 'dump')],
    limits,
    history,
    now: () => Date.now() + minutes * 60_000,
  });
  return runSource(source, { isScheduled });
}

function pathOf(index: number): string {
  return join(lab.folder, 'dump', `${index}.json`);
}

/** One file for each image with its container, and one for all configuration scans. */
function fillFolder(): void {
  mkdirSync(join(lab.folder, 'dump'));
  for (let index = 0; index < IMAGES; index++) {
    const manifest = image(`app-${index}`);
    const items = [manifest, runs(manifest, { namespace: 'shop', workload: `w-${index}` })];
    writeFileSync(pathOf(index), JSON.stringify({ kind: 'List', items }));
  }
  writeFileSync(pathOf(IMAGES), JSON.stringify({ kind: 'List', items: configurations(5) }));
}

/** Removes the files of these images. */
function remove(from: number, to: number): void {
  for (let index = from; index < to; index++) rmSync(pathOf(index));
}

describe('a folder that has lost half of its results', () => {
  it('is incomplete: it ends nothing and sends no totals, but containers with results', async () => {
    fillFolder();
    const before = await read();
    remove(0, IMAGES / 2);
    const after = await read();

    expect(before).toMatchObject({ exitCode: 0, isComplete: true, total: IMAGES, messages: '' });
    expect(after).toMatchObject({ exitCode: 5, isComplete: false, total: undefined });
    expect(after.messages).toContain(
      'the files contain 6 image results, down from 12 in the last run, so totals are left out',
    );
    expect(containersIn(after)).toBe(IMAGES / 2);
    expect(valueOf(after.text, 'kubescape_total_failed_controls')).toBeDefined();
  });

  it.each`
    what                            | moment                               | isAccepted
    ${'half a minute later'}        | ${{ minutes: 0.5 }}                  | ${false}
    ${'15 minutes later'}           | ${{ minutes: 15 }}                   | ${true}
    ${'in the next scheduled push'} | ${{ minutes: 1, isScheduled: true }} | ${true}
  `('is accepted $what: $isAccepted', async ({ moment, isAccepted }: AcceptCase) => {
    fillFolder();
    await read();
    remove(0, 7);
    const first = await read({ isScheduled: true });
    const second = await read(moment);

    expect(first.exitCode).toBe(5);
    expect(second).toMatchObject(
      isAccepted
        ? { exitCode: 0, isComplete: true, total: IMAGES - 7 }
        : { exitCode: 5, isComplete: false, total: undefined },
    );
  });

  it('is complete again once the files are back', async () => {
    fillFolder();
    await read();
    remove(0, 7);
    await read();
    rmSync(join(lab.folder, 'dump'), { recursive: true });
    fillFolder();

    expect(await read()).toMatchObject({ exitCode: 0, isComplete: true, total: IMAGES });
    remove(0, 7);
    expect(await read({ minutes: 30 })).toMatchObject({ exitCode: 5 });
  });

  it('is noticed within one process without a state folder', async () => {
    fillFolder();
    const source = createFilesSource({ paths: [join(lab.folder, 'dump')], limits });
    await runSource(source);
    remove(0, 7);

    expect(await runSource(source)).toMatchObject({ exitCode: 5, isComplete: false });
  });
});

describe('a folder with reports that can no longer be read', () => {
  it.each`
    what                             | spoil
    ${'is truncated'}                | ${(path: string) => writeFileSync(path, '{"kind": "List", "items": [{')}
    ${'is empty'}                    | ${(path: string) => writeFileSync(path, '')}
    ${'has a name that is not read'} | ${(path: string) => renameSync(path, path.replace('.json', '.txt'))}
  `(
    'sends no lower totals and ends no series while one report $what',
    async ({ spoil }: SpoilCase) => {
      fillFolder();
      await read();
      spoil(pathOf(0));
      const runsLater = [await read(), await read({ minutes: 60, isScheduled: true })];
      rmSync(join(lab.folder, 'dump'), { recursive: true });
      fillFolder();

      for (const run of runsLater) {
        expect(run).toMatchObject({ exitCode: 5, isComplete: false, total: undefined });
        expect(run.messages).toContain('1 report more than in the last run cannot be read');
        expect(containersIn(run)).toBe(IMAGES - 1);
      }
      expect(await read()).toMatchObject({ exitCode: 0, isComplete: true, total: IMAGES });
    },
  );

  it('sends totals if it never had more readable reports, or if the report was removed', async () => {
    fillFolder();
    writeFileSync(pathOf(0), '{');
    const first = await read();
    const second = await read();
    rmSync(pathOf(0));

    for (const run of [first, second]) {
      expect(run).toMatchObject({ exitCode: 5, isComplete: false, total: IMAGES - 1 });
    }
    expect(await read()).toMatchObject({ exitCode: 0, isComplete: true, total: IMAGES - 1 });
  });
});

it('a folder without configuration scans sends no totals of them, if it had some', async () => {
  fillFolder();
  await read();
  rmSync(pathOf(IMAGES));
  const { text, ...run } = await read();

  expect(run).toMatchObject({ exitCode: 5, isComplete: false, total: IMAGES });
  expect(run.messages).toContain('0 configuration scans, down from 5');
  expect(text).not.toContain('failed_controls');
});

it.each`
  what                               | removed | origin
  ${'less than half of the results'} | ${5}    | ${''}
  ${'half, of another set of files'} | ${6}    | ${'other'}
`('a folder that lacks $what is complete', async ({ removed, origin }: LessCase) => {
  fillFolder();
  await read();
  remove(0, removed);

  expect(await read({ origin })).toMatchObject({ exitCode: 0, total: IMAGES - removed });
});

it.each(['', '{', '{"version":2}', '[]'])(
  'an unusable history counts as none: %j',
  async (text) => {
    fillFolder();
    mkdirSync(join(lab.folder, 'state'));
    writeFileSync(join(lab.folder, 'state', 'files.json'), text);

    expect(await read()).toMatchObject({ exitCode: 0, messages: '' });
  },
);

it('a history that cannot be written causes a warning', async () => {
  fillFolder();
  writeFileSync(join(lab.folder, 'state'), 'a file');
  const { exitCode, messages } = await read();

  expect(exitCode).toBe(0);
  expect(messages).toContain('so the next run cannot detect missing files');
});

interface SpoilCase {
  readonly spoil: (path: string) => void;
}

interface AcceptCase {
  readonly moment: Moment;
  readonly isAccepted: boolean;
}

interface LessCase {
  readonly removed: number;
  readonly origin: string;
}

function containersIn({ text }: AgentRun): number {
  const name = 'kubescape_total_image_vulnerabilities';
  return samplesOf(text).filter((sample) => sample.name === name).length;
}
