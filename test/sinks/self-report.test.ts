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

const taken: Answer = { status: 204 };
const refused: Answer = { status: 400 };
const away: Answer = { status: 503 };

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
  it('is the cycle whose self-metrics arrive after all results', async () => {
    await start();
    const sink = create();

    await cycle(sink, FIRST, results);

    expect(toldAt()).toEqual([[FIRST, FIRST]]);
    expect(sink.counters.lastSuccessMs).toBe(FIRST);
  });

  it('is not claimed in advance by what waits with the results, whatever becomes of them', async () => {
    await start(away, refused, taken, refused, taken);

    await cycle(create({ stateDir }), FIRST, results);
    await cycle(create({ stateDir }), SECOND, results);

    expect(receiver.requests).toHaveLength(5);
    expect(toldAt()).toEqual([]);
  });

  it('is the cycle before, where results of this one wait', async () => {
    await start(taken, taken, away);
    const sink = create({ stateDir });

    await cycle(sink, FIRST, results);
    await cycle(sink, SECOND, results);
    await cycle(create({ stateDir }), SECOND + 60_000, []);

    expect(toldAt().slice(0, 2)).toEqual([
      [FIRST, FIRST],
      [SECOND, FIRST],
    ]);
  });

  it('is a cycle without results only if its self-metrics arrive', async () => {
    await start(away);
    const sink = create();

    await cycle(sink, FIRST, []);
    expect(sink.counters.lastSuccessMs).toBeUndefined();

    await cycle(sink, SECOND, []);
    expect(sink.counters.lastSuccessMs).toBe(SECOND);
  });

  it('is the time of a cycle that arrives with its repetition, not that of the repetition', async () => {
    await start(away);
    const sink = create();
    await cycle(sink, FIRST, results);

    await repeat(sink, SECOND, true);

    expect(toldAt()).toEqual([[SECOND, FIRST]]);
  });

  it.each([true, false])(
    'is nothing that a repetition of nothing makes: %s',
    async (withResults) => {
      await start();
      const sink = create();
      const session = sink.open({ timestampMs: FIRST, cluster: 'c' }, { signal });
      await session.abort({ selfSeries: () => createReport(sink, FIRST).series() });

      const delivery = await repeat(sink, SECOND, withResults);

      expect(delivery).toMatchObject({ status: 'delivered' });
      expect(delivery?.sent).toBeGreaterThan(0);
      expect(toldAt()).toEqual([]);
      expect(sink.counters.lastSuccessMs).toBeUndefined();
    },
  );

  it('does not change when only self-metrics are resent', async () => {
    await start(away);
    const sink = create();
    await cycle(sink, FIRST, results);

    await repeat(sink, SECOND, false);

    expect(sink.counters.lastSuccessMs).toBeUndefined();
  });
});

const results: readonly Series[] = [
  { family: { name: 'ks_score', help: '', type: 'gauge' }, labels: [], value: 1 },
];

/** Samples that the receiver got, with their times in milliseconds. */
function toldAt(): [atMs: number, lastSuccessMs: number][] {
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
  const facts = { cluster: 'c', version: '1.2.3', source: 'files', kinds: [], failedReads: 0 };
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

async function repeat(
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
