import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ReadStatistics } from '../../src/cycle/read-statistics.ts';
import { SelfReport } from '../../src/cycle/self-report.ts';
import type { Series } from '../../src/metrics/series.ts';
import { createRemoteWriteSink } from '../../src/sinks/remote-write-sink.ts';
import type { Delivery, Sink } from '../../src/sinks/sink.ts';
import type { Answer } from '../support/fake-receiver/answer.ts';
import { type FakeReceiver, startFakeReceiver } from '../support/fake-receiver/fake-receiver.ts';

const FIRST = 1_700_000_000_000;
const SECOND = FIRST + 60_000;
const LAST_SUCCESS = 'kubescape_push_last_success_timestamp_seconds';

const accepted: Answer = { status: 204 };
const rejected: Answer = { status: 422 };
const unavailable: Answer = { status: 503 };

const { signal } = new AbortController();

let stateDir: string;
let receiver: FakeReceiver;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'self-report-'));
});
afterEach(async () => {
  rmSync(stateDir, { recursive: true });
  await receiver.close();
});

describe('the last success', () => {
  it('is this cycle if the receiver acknowledged all results', async () => {
    await start();
    const sink = create();

    await cycle(sink, FIRST, results);

    expect(receivedSuccesses()).toEqual([[FIRST, FIRST]]);
    expect(sink.counters.lastSuccessMs).toBe(FIRST);
  });

  it('is not reported by pending self-metrics while the results are pending', async () => {
    await start(unavailable, rejected, accepted, rejected, accepted);

    await cycle(create({ stateDir }), FIRST, results);
    await cycle(create({ stateDir }), SECOND, results);

    expect(receiver.requests).toHaveLength(5);
    expect(receivedSuccesses()).toEqual([]);
  });

  it('stays the previous cycle while results are pending', async () => {
    await start(accepted, accepted, unavailable);
    const sink = create({ stateDir });

    await cycle(sink, FIRST, results);
    await cycle(sink, SECOND, results);
    await cycle(create({ stateDir }), SECOND + 60_000, []);

    expect(receivedSuccesses().slice(0, 2)).toEqual([
      [FIRST, FIRST],
      [SECOND, FIRST],
    ]);
  });

  it('is a cycle without results if its self-metrics arrive', async () => {
    await start(unavailable);
    const sink = create();

    await cycle(sink, FIRST, []);
    expect(sink.counters.lastSuccessMs).toBeUndefined();

    await cycle(sink, SECOND, []);
    expect(sink.counters.lastSuccessMs).toBe(SECOND);
  });

  it('is the time of the cycle that a resend delivers, not the time of the resend', async () => {
    await start(unavailable);
    const sink = create();
    await cycle(sink, FIRST, results);

    await resend(sink, SECOND, true);

    expect(receivedSuccesses()).toEqual([[SECOND, FIRST]]);
  });

  it.each([true, false])(
    'is not set by a resend before any cycle (with results: %s)',
    async (withResults) => {
      await start();
      const sink = create();
      const session = sink.open({ timestampMs: FIRST, cluster: 'c' }, { signal });
      await session.abort({ selfSeries: () => createReport(sink, FIRST).series() });

      const delivery = await resend(sink, SECOND, withResults);

      expect(delivery).toMatchObject({ status: 'delivered' });
      expect(delivery?.sent).toBeGreaterThan(0);
      expect(receivedSuccesses()).toEqual([]);
      expect(sink.counters.lastSuccessMs).toBeUndefined();
    },
  );

  it('does not change when only self-metrics are resent', async () => {
    await start(unavailable);
    const sink = create();
    await cycle(sink, FIRST, results);

    await resend(sink, SECOND, false);

    expect(sink.counters.lastSuccessMs).toBeUndefined();
  });
});

const results: readonly Series[] = [
  { family: { name: 'ks_score', help: '', type: 'gauge' }, labels: [], value: 1 },
];

/** Timestamps and values of the received samples, in milliseconds. */
function receivedSuccesses(): [atMs: number, lastSuccessMs: number][] {
  return receiver.samples
    .filter(({ name }) => name === LAST_SUCCESS)
    .map(({ timestampMs, value }) => [timestampMs, Number(value) * 1000]);
}

async function start(...answers: readonly Answer[]): Promise<void> {
  receiver = await startFakeReceiver({ answers });
}

/** Simulates a new process. */
function create(options: { readonly stateDir?: string } = {}): Sink {
  const { url } = receiver;
  const settings = { userAgent: 'kubescape-push/1.2.3', retryBudgetMs: 0, concurrency: 1 };
  return createRemoteWriteSink({ url, ...settings, resends: true, ...options });
}

function createReport(sink: Sink, timestampMs: number): SelfReport {
  const facts = {
    cluster: 'c',
    version: '1.2.3',
    source: 'files',
    kinds: [],
    isComplete: true,
    failedReads: 0,
  };
  const read = new ReadStatistics();
  const unknown = { engine: undefined, intervalMs: undefined };
  return new SelfReport([sink], { ...facts, ...unknown, read, timestampMs }, () => 1);
}

async function cycle(sink: Sink, timestampMs: number, series: readonly Series[]): Promise<void> {
  const report = createReport(sink, timestampMs);
  const session = sink.open(report.info, { signal });
  await session.write(series);
  await session.close({ isComplete: true, selfSeries: () => report.series(sink) });
}

async function resend(
  sink: Sink,
  timestampMs: number,
  withResults: boolean,
): Promise<Delivery | undefined> {
  const report = createReport(sink, timestampMs);
  return sink.resend?.({
    cycle: report.info,
    withResults,
    selfSeries: () => report.series(),
    signal,
  });
}
