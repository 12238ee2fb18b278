import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Answer } from '../support/fake-receiver/answer.ts';
import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createSender, gauges, NOW, realTime, send, settings } from './sender.ts';

const MINUTE = 60_000;

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'kubescape-push-order-'));
});
afterEach(async () => rm(stateDir, { recursive: true, force: true }));
// After the folder, because hooks run in reverse order.
const startReceiver = useReceivers();

describe.each(settings)('a sender with protocol %s', (protocol) => {
  const options = { protocol, sendMetadata: false } as const;

  it('O1: sends a cycle in parallel, but never two samples of one series concurrently', async () => {
    const receiver = await startReceiver({ answers: delays(60), otherwise: { status: 204 } });
    const many = { ...options, maxSamplesPerSend: 20, concurrency: 4 };
    const sink = createSender(receiver, many, realTime);

    await Promise.all(
      [0, 1, 2].map(async (index) => send(sink, gauges(200), { timestampMs: NOW + index })),
    );

    // The receiver detects every sample that is older than the last one of its series.
    expect(receiver.violations).toEqual([]);
    expect(receiver.samples).toHaveLength(600);
    const times = receiver.samples.map(({ timestampMs }) => timestampMs - NOW);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('O1: starts a cycle only after the previous one has ended, including retries', async () => {
    const answers: Answer[] = [{ status: 503 }, { status: 204, delayMs: 30 }, { status: 503 }];
    const receiver = await startReceiver({ answers });
    const fast = { ...options, maxSamplesPerSend: 5, minBackoffMs: 20 };
    const sink = createSender(receiver, fast, realTime);

    await Promise.all([
      send(sink, gauges(20)),
      send(sink, gauges(20), { timestampMs: NOW + MINUTE }),
    ]);

    expect(receiver.violations).toEqual([]);
    expect(receiver.samples).toHaveLength(40);
  });

  it('O2: sends nothing older after a failed sample', async () => {
    const receiver = await startReceiver({ answers: [{ status: 503 }, { status: 503 }] });
    const sink = createSender(receiver, { ...options, retryBudgetMs: 0 });

    expect(await send(sink, gauges(5))).toMatchObject({ pending: 5 });
    await send(sink, gauges(5), { timestampMs: NOW + MINUTE });
    await send(sink, gauges(5), { timestampMs: NOW + 2 * MINUTE });

    expect(receiver.violations).toEqual([]);
    expect(new Set(receiver.samples.map(({ timestampMs }) => timestampMs - NOW))).toEqual(
      new Set([2 * MINUTE]),
    );
  });

  it('O2: gives every push a later timestamp, even after the clock is set back', async () => {
    const receiver = await startReceiver();
    const sink = createSender(receiver, options);

    for (const ms of [0, 0, -MINUTE, 1, MINUTE]) {
      await send(sink, gauges(2), { timestampMs: NOW + ms });
    }

    expect(receiver.violations).toEqual([]);
    const times = receiver.samples.map(({ timestampMs }) => timestampMs - NOW);
    expect(times).toEqual([0, 0, 1, 1, 2, 2, 3, 3, MINUTE, MINUTE]);
  });

  it('O2: sends persisted samples before new ones, each with its own timestamp', async () => {
    const receiver = await startReceiver({ answers: [{ status: 503 }, { status: 503 }] });
    const kept = { ...options, stateDir, retryBudgetMs: 0, maxSamplesPerSend: 5, concurrency: 1 };

    const first = await send(createSender(receiver, kept), gauges(10));
    const second = await send(createSender(receiver, kept), gauges(10), {
      timestampMs: NOW + MINUTE,
    });
    const third = await send(createSender(receiver, kept), gauges(10), {
      timestampMs: NOW + 2 * MINUTE,
    });

    expect(first).toMatchObject({ sent: 0, rejected: 0, pending: 10, persisted: 10 });
    expect([second.rejected, third.pending]).toEqual([0, 0]);
    // Another process does not know the attempts of the previous one.
    expect(new Set(receiver.violations)).toEqual(new Set(['sent again with Retry-Attempt 0']));
    expect(receiver.samples).toHaveLength(30);
    const times = receiver.samples.map(({ timestampMs }) => timestampMs - NOW);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('O4: ends a series that disappeared once, and no other series', async () => {
    const receiver = await startReceiver();
    const sink = createSender(receiver, { ...options, resends: true });

    for (const [round, count] of [5, 3, 3, 5, 5].entries()) {
      await send(sink, gauges(count), { timestampMs: NOW + round * MINUTE });
    }

    expect(receiver.violations).toEqual([]);
    expect(ends(receiver)).toEqual([
      { index: '3', atMs: MINUTE },
      { index: '4', atMs: MINUTE },
    ]);
  });

  it('O4: also ends it from another process with the same folder', async () => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { ...options, stateDir }), gauges(5));
    await send(createSender(receiver, { ...options, stateDir }), gauges(4), {
      timestampMs: NOW + MINUTE,
    });

    expect(receiver.violations).toEqual([]);
    expect(ends(receiver)).toEqual([{ index: '4', atMs: MINUTE }]);
  });

  it('O4: does not end series that an incomplete cycle did not read', async () => {
    const receiver = await startReceiver();
    const sink = createSender(receiver, { ...options, resends: true });

    await send(sink, gauges(5));
    await send(sink, gauges(2), { timestampMs: NOW + MINUTE, isComplete: false });
    expect(ends(receiver)).toEqual([]);
    await send(sink, gauges(4), { timestampMs: NOW + 2 * MINUTE });

    expect(receiver.violations).toEqual([]);
    expect(ends(receiver)).toEqual([{ index: '4', atMs: 2 * MINUTE }]);
  });
});

describe('O10: a clock that differs from the receiver’s', () => {
  it.each`
    offMs          | says
    ${5 * MINUTE}  | ${/(?:30|29)\ds behind the receiver's/}
    ${-5 * MINUTE} | ${/(?:30|29)\ds ahead of the receiver's/}
    ${30_000}      | ${/^$/}
    ${-30_000}     | ${/^$/}
  `(
    'by $offMs ms causes a warning only beyond the tolerance',
    async ({ offMs, says }: ClockCase) => {
      const date = new Date(Date.now() + offMs).toUTCString();
      const receiver = await startReceiver({ otherwise: { status: 204, headers: { Date: date } } });

      const delivery = await send(createSender(receiver), gauges(3));

      expect(delivery).toMatchObject({ status: 'delivered', sent: 3 });
      expect(delivery.warnings?.join('\n')).toMatch(says);
    },
  );

  it('causes one warning, and another one after it was right', async () => {
    const off = { Date: new Date(Date.now() + 5 * MINUTE).toUTCString() };
    const answers = [off, off, {}, off].map((headers) => ({ status: 204, headers }));
    const receiver = await startReceiver({ answers });
    const sink = createSender(receiver);

    const warned: number[] = [];
    for (const round of [0, 1, 2, 3]) {
      const { warnings } = await send(sink, gauges(1), { timestampMs: NOW + round });
      warned.push(warnings?.length ?? 0);
    }

    expect(warned).toEqual([1, 0, 0, 1]);
  });
});

interface ClockCase {
  readonly offMs: number;
  readonly says: RegExp;
}

/** Returns delays that differ between requests, but not between runs. */
function delays(count: number): Answer[] {
  return Array.from({ length: count }, (_, i) => ({ status: 204, delayMs: (i * 7919) % 23 }));
}

function ends({ samples }: FakeReceiver): unknown {
  return samples
    .filter(({ value }) => value === 'stale')
    .map(({ labels, timestampMs }) => ({ index: labels['index'], atMs: timestampMs - NOW }));
}
