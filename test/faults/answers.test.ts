import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { Series } from '../../src/metrics/series.ts';
import { createSender, family, gauge, realTime, send } from '../compliance/sender.ts';
import { messagesOf } from '../support/cli/run-cli.ts';
import type { Answer } from '../support/fake-receiver/answer.ts';
import {
  type FakeReceiver,
  type FakeReceiverOptions,
  startFakeReceiver,
} from '../support/fake-receiver/fake-receiver.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import { askPrometheus } from '../support/real-servers/stored-series.ts';
import {
  dueAt,
  type FaultLab,
  type FaultRow,
  FaultTable,
  isOwn,
  judge,
  openFaultLab,
  saidOf,
} from './fault-lab.ts';

const prometheus = await realServer('prometheus');

const table = new FaultTable();
let lab: FaultLab;
const receivers: FakeReceiver[] = [];
beforeAll(async () => {
  lab = await openFaultLab();
});
afterEach(async () => {
  await Promise.all(receivers.splice(0).map(async (receiver) => receiver.close()));
});
afterAll(async () => {
  table.print();
  await lab.close();
});

const cases: readonly (readonly [string, readonly Answer[]])[] = [
  ['H7: 500, then 200', [{ status: 500 }, { status: 200 }]],
  ['H7: three kinds of 5xx', [{ status: 500 }, { status: 503 }, { status: 529 }]],
  ['H10: 429, Retry-After: 1', [limit('1'), limit('1')]],
  ['H10: 429, Retry-After: soon', [limit('soon'), limit('-1'), limit('')]],
  ['H10: 503, Retry-After: 1', [{ status: 503, headers: { 'Retry-After': '1' } }]],
  ['H5: resets', ['reset', 'reset', 'reset']],
  ['H4: half of an error', [{ status: 500, body: 'half of this', cut: true }]],
];

describe('the program with a receiver that answers', () => {
  it.each(cases)('%s: delivers everything once', async (fault, answers) => {
    const receiver = await start({ answers });

    const run = await lab.push([{ url: receiver.url }]);

    const row = table.add(judgeFake(fault, receiver, saidOf(run, receiver.url).sent));
    expect(run.exitCode).toBe(0);
    expect(receiver.violations).toEqual([]);
    expect(row).toEqual({ ...row, sent: row.due, stored: row.due, lost: 0, doubled: 0 });
  });

  it('H10: does not retry before the time in Retry-After', async () => {
    const receiver = await start({ answers: [limit('2'), limit('2')] });

    await lab.push([{ url: receiver.url }]);

    const [first, , again] = receiver.requests;
    // Each of two requests in flight waits for itself; timers may be early by a millisecond.
    expect((again?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(1900);
  });

  it('H10: waits until the date in Retry-After', async () => {
    // Dates have whole seconds.
    const date = new Date(Date.now() + 4000).toUTCString();
    const receiver = await start({ answers: [limit(date), limit(date)] });

    const run = await lab.push([{ url: receiver.url }]);

    const [first, , again] = receiver.requests;
    expect((again?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(1000);
    const { sent } = saidOf(run, receiver.url);
    const row = table.add(judgeFake('H10: 429, Retry-After as a date', receiver, sent));
    expect(row).toEqual({ ...row, sent: row.due, stored: row.due, lost: 0, doubled: 0 });
  });

  it('S1: 400 after storing a part: reports how much', async () => {
    const written = { 'X-Prometheus-Remote-Write-Samples-Written': '60' };
    const partial = { status: 400, headers: written, body: 'out of order' };
    const receiver = await start({ answers: [{ status: 204 }, partial] });

    const run = await lab.push([{ url: receiver.url }]);

    expect(run.exitCode).toBe(5);
    const said = saidOf(run, receiver.url);
    expect(said).toMatchObject({ status: 'partial', failed: 40, kept: 0 });
    expect(said.sent).toBe(all(receiver) - 40);
  });

  it('H7: 400 without storing anything: sends the rest, and exits with 5', async () => {
    const receiver = await start({ answers: [{ status: 204 }, { status: 400 }] });

    const run = await lab.push([{ url: receiver.url }]);

    const said = saidOf(run, receiver.url);
    const row = table.add(judgeFake('400 for one request', receiver, said.sent));
    expect(run.exitCode).toBe(5);
    expect(said).toMatchObject({ status: 'partial', failed: 100, kept: 0 });
    expect(row).toMatchObject({ sent: row.due - 100, stored: row.due - 100, doubled: 0 });
    expect(row.lost).toBe(said.failed);
  });
});

describe('S7: two receivers, one of them silent', () => {
  it('do not delay each other: one gets everything, the other its whole retry budget', async () => {
    const alive = await start();
    const dead = await start({ otherwise: 'hang' });

    const run = await lab.push([{ url: dead.url }, { url: alive.url }], { retryBudget: '4s' });

    expect(run.exitCode).toBe(5);
    const row = table.add(
      judgeFake('another receiver is silent', alive, saidOf(run, alive.url).sent),
    );
    expect(row).toEqual({ ...row, sent: row.due, stored: row.due, lost: 0, doubled: 0 });
    expect(saidOf(run, alive.url)).toMatchObject({ status: 'delivered', retries: 0 });
    const given = saidOf(run, dead.url);
    expect(given).toMatchObject({ status: 'failed', sent: 0, kept: 0 });
    expect(given.failed).toBeGreaterThanOrEqual(row.due);
    // This receiver had everything before the other one first failed.
    const retriedMs = dead.requests.find(({ headers }) => 'retry-attempt' in headers)?.atMs;
    expect(alive.requests.at(-1)?.atMs).toBeLessThan(retriedMs ?? -Infinity);
  });

  it('S5: leave undelivered samples on disk only for the silent one', async () => {
    const alive = await start();
    const dead = await start({ answers: Array.from({ length: 2 }, () => ({ status: 503 })) });
    const stateDir = lab.newFolder();
    const both = [{ url: dead.url }, { url: alive.url }];

    const first = await lab.push(both, { stateDir, retryBudget: '0s' });
    const second = await lab.push(both, { stateDir });

    const { size } = lab.series;
    expect(saidOf(first, dead.url)).toMatchObject({ sent: 0, failed: 0 });
    expect(saidOf(first, dead.url).kept).toBeGreaterThanOrEqual(size);
    expect(saidOf(first, alive.url)).toMatchObject({ status: 'delivered', kept: 0 });
    const later = [saidOf(second, dead.url), saidOf(second, alive.url)];
    expect(later.map(({ status }) => status)).toEqual(['delivered', 'delivered']);
    const takenByAlive = saidOf(first, alive.url).sent + saidOf(second, alive.url).sent;
    for (const [receiver, sent] of [
      [alive, takenByAlive],
      [dead, saidOf(second, dead.url).sent],
    ] as const) {
      const row = table.add(judgeFake('kept for the next run', receiver, sent));
      expect(row).toEqual({
        ...row,
        due: 2 * size,
        sent: row.due,
        stored: row.due,
        lost: 0,
        doubled: 0,
      });
    }
    const times = dead.samples.map(({ timestampMs }) => timestampMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe('O10: a receiver whose clock is five minutes off', () => {
  it.each([
    [5, 'behind'],
    [-5, 'ahead of'],
  ])('by %d min causes a warning, and gets everything', async (minutes, way) => {
    const date = new Date(Date.now() + minutes * 60_000).toUTCString();
    const receiver = await start({ otherwise: { status: 204, headers: { Date: date } } });

    const run = await lab.push([{ url: receiver.url }]);

    expect(run.exitCode).toBe(0);
    expect(messagesOf(run)).toMatch(
      new RegExp(`the local clock is (29|30)\\ds ${way} the receiver's`),
    );
    const { sent } = saidOf(run, receiver.url);
    const row = table.add(judgeFake(`clock off by ${minutes} min`, receiver, sent));
    expect(row).toEqual({ ...row, sent: row.due, stored: row.due, lost: 0, doubled: 0 });
  });
});

describe.skipIf(prometheus.missing)(`a real ${prometheus.label} that has newer samples`, () => {
  it('S1, O9: stores all other samples, and the program reports how many it rejected', async () => {
    const server = await prometheus.start();
    const url = server.remoteWriteUrl;
    // Another writer of some of the same series has a clock that is ahead.
    const aheadMs = Date.now() + 5 * 60_000;
    const contested = [...lab.series].slice(0, 7).map(seriesOf);
    await send(createSender({ url }, {}, realTime), contested, { timestampMs: aheadMs });

    const run = await lab.push([{ url }]);

    const stored = await askPrometheus(server.url, '{cluster!=""}', aheadMs);
    await server.stop();
    const said = saidOf(run, url);
    const results = stored
      .filter(({ labels }) => !isOwn(labels))
      .map(({ labels, samples }) => ({ labels, samples: samples.filter(isOfRun) }));
    const own = stored.filter(({ labels }) => isOwn(labels)).length;
    const due = lab.series.size;
    const written = results.reduce((sum, { samples }) => sum + samples.length, 0);
    const fault = 'out of order in Prometheus: seven';
    const lost = due - written - said.failed;
    table.add({ fault, due, sent: said.sent - own, stored: written, lost, doubled: 0 });
    expect(run.exitCode).toBe(5);
    expect(said).toMatchObject({ status: 'partial', sent: due + own - 7, failed: 7, kept: 0 });
    expect(written).toBe(due - 7);
    expect(results).toHaveLength(due);
    expect(lost).toBe(0);

    function isOfRun({ timestampMs }: { readonly timestampMs: number }): boolean {
      return timestampMs < aheadMs;
    }
  });
});

function seriesOf(key: string): Series {
  const { __name__: name = '', ...labels } = Object.fromEntries(Pairs.parse(JSON.parse(key)));
  return { ...gauge(labels), family: { ...family, name } };
}

const Pairs = z.array(z.tuple([z.string(), z.string()]));

/** Counts the samples sent to the receiver, whatever their outcome. */
function all({ requests }: FakeReceiver): number {
  return requests.reduce((sum, { series }) => sum + series.length, 0);
}

function limit(retryAfter: string): Answer {
  return { status: 429, headers: { 'Retry-After': retryAfter } };
}

async function start(options: FakeReceiverOptions = {}): Promise<FakeReceiver> {
  const receiver = await startFakeReceiver(options);
  receivers.push(receiver);
  return receiver;
}

function judgeFake(fault: string, { samples }: FakeReceiver, sent: number): FaultRow {
  const stored = samples.map(({ name, labels, timestampMs }) => ({
    labels: { __name__: name, ...labels },
    samples: [{ timestampMs, value: 0 }],
  }));
  return judge({ fault, sent, due: dueAt(lab.series, stored) }, stored);
}
