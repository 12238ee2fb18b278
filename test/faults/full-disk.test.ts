import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import { type FakeReceiver, startFakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import {
  dueAt,
  type FaultLab,
  type FaultRow,
  FaultTable,
  isOwn,
  judge,
  openFaultLab,
  type Said,
  saidOf,
} from './fault-lab.ts';
import { persisted } from './kept-samples.ts';
import { openSmallDisk, type SmallDisk } from './small-disk.ts';

/** Less than a third of the space that a push of the lab needs. */
const ROOM_BYTES = 16 * 1024;

interface Place {
  readonly stateDir: string;
  /** Wrapper command that runs the program. */
  readonly runBy: readonly string[];
}

const table = new FaultTable();
let lab: FaultLab;
let receiver: FakeReceiver;
const disks: SmallDisk[] = [];
const diskProblem = await findProblem();

beforeAll(async () => {
  lab = await openFaultLab();
});
afterEach(async () => {
  await receiver.close();
  // One at a time, because two disks may not fit into the available memory.
  for (const disk of disks.splice(0)) await disk.close();
});
afterAll(async () => {
  table.print();
  await lab.close();
});

const SMALL = [
  { what: 'a limit for the size of a file', place: limitedFile, problem: undefined },
  {
    what: `a disk that is full${diskProblem === undefined ? '' : ` (${diskProblem})`}`,
    place: fullDisk,
    problem: diskProblem,
  },
];
const UNUSABLE = [
  ...SMALL,
  { what: 'a folder that cannot be made', place: noFolder, problem: undefined },
];

for (const { what, place, problem } of UNUSABLE)
  describe.skipIf(problem !== undefined)(`S5: ${what} that contains the state folder`, () => {
    it('loses nothing while the receiver accepts everything, and causes a warning', async () => {
      const { stateDir, runBy } = await place();
      receiver = await startFakeReceiver();

      const pushed = await lab.push([{ url: receiver.url }], { stateDir, runBy });

      const row = table.add(judgeFake(`${what}, receiver well`, saidOf(pushed, receiver.url).sent));
      expect(pushed.exitCode).toBe(0);
      expect(messagesOf(pushed)).toMatch(/cannot (store samples in|use) /);
      expect(receiver.violations).toEqual([]);
      expect(row).toEqual({ ...row, sent: row.due, stored: row.due, lost: 0, doubled: 0 });
    });

    it('loses nothing if the receiver recovers in time', async () => {
      const { stateDir, runBy } = await place();
      receiver = await startFakeReceiver({ answers: ['reset', { status: 503 }, { status: 500 }] });

      const pushed = await lab.push([{ url: receiver.url }], { stateDir, runBy });

      const row = table.add(judgeFake(`${what}, receiver slow`, saidOf(pushed, receiver.url).sent));
      expect(pushed.exitCode).toBe(0);
      expect(row).toEqual({ ...row, sent: row.due, stored: row.due, lost: 0, doubled: 0 });
    });
  });

describe('S5: samples that can be neither persisted nor delivered', () => {
  it('count as failed if the folder cannot be created', async () => {
    const { said, onDisk } = await pushToNobody(noFolder);

    expect(said).toMatchObject({ sent: 0, kept: 0 });
    expect(said.failed).toBeGreaterThanOrEqual(lab.series.size);
    expect(onDisk).toBe(0);
  });
});

for (const { what, place, problem } of SMALL)
  describe.skipIf(problem !== undefined)(
    `S5: samples that can be neither delivered nor persisted on ${what}`,
    () => {
      it('count as failed', async () => {
        const { said, onDisk } = await pushToNobody(place);

        expect(onDisk).toBeGreaterThan(0);
        expect(said.kept).toBe(onDisk);
      });

      it('are at most those that did not fit', async () => {
        const { stateDir, said, onDisk } = await pushToNobody(place);

        // The space is still as small.
        const again = await lab.push([{ url: receiver.url }], { stateDir });

        expect(said.sent).toBe(0);
        expect(onDisk).toBeGreaterThan(0);
        expect(again.exitCode).toBe(0);
        const firstMs = receiver.samples[0]?.timestampMs;
        const early = receiver.samples.filter(({ timestampMs }) => timestampMs === firstMs);
        const late = receiver.samples.filter(
          ({ timestampMs, name }) => timestampMs !== firstMs && !isOwn({ __name__: name }),
        );
        const due = onDisk + lab.series.size;
        const stored = early.length + late.length;
        const own = receiver.samples.length - stored;
        const sent = saidOf(again, receiver.url).sent - own;
        const fault = `${what}, receiver dead`;
        table.add({ fault, due, sent, stored, lost: due - stored, doubled: 0 });
        expect([early.length, late.length]).toEqual([onDisk, lab.series.size]);
        expect(sent).toBe(due);
      });
    },
  );

interface ToNobody {
  readonly stateDir: string;
  readonly said: Said;
  readonly onDisk: number;
}

async function pushToNobody(place: () => Promise<Place>): Promise<ToNobody> {
  const { stateDir, runBy } = await place();
  // The requests in flight when the retry budget is exhausted.
  receiver = await startFakeReceiver({ answers: [{ status: 503 }, { status: 503 }] });
  const options = { stateDir, runBy, retryBudget: '0s' };
  const pushed = await lab.push([{ url: receiver.url }], options);
  expect(pushed.exitCode).toBe(4);
  const onDisk = existsSync(stateDir) ? persisted(stateDir).all.size : 0;
  return { stateDir, said: saidOf(pushed, receiver.url), onDisk };
}

function judgeFake(fault: string, sent: number): FaultRow {
  const stored = receiver.samples.map(({ name, labels, timestampMs }) => ({
    labels: { __name__: name, ...labels },
    samples: [{ timestampMs, value: 0 }],
  }));
  return judge({ fault, sent, due: dueAt(lab.series, stored) }, stored);
}

async function limitedFile(): Promise<Place> {
  return { stateDir: lab.newFolder(), runBy: ['prlimit', `--fsize=${ROOM_BYTES}`] };
}

async function noFolder(): Promise<Place> {
  const file = lab.newFolder();
  await writeFile(file, '');
  return { stateDir: join(file, 'state'), runBy: [] };
}

async function fullDisk(): Promise<Place> {
  const disk = await openSmallDisk(ROOM_BYTES);
  disks.push(disk);
  return { stateDir: join(disk.folder, 'state'), runBy: [] };
}

/** Returns the reason why this machine cannot provide a small disk. */
async function findProblem(): Promise<string | undefined> {
  try {
    await (await openSmallDisk(ROOM_BYTES)).close();
    return undefined;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return error instanceof Error ? error.message : String(error);
  }
}
