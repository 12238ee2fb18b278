import { beforeEach, describe, expect, it } from 'vitest';

import { createSource, deadSource, silent } from '../../test/support/agent/fake-cycle.ts';
import { CycleMemory } from '../cycle/cycle-memory.ts';
import type { CycleResult } from '../cycle/cycle-result.ts';
import type { Series } from '../metrics/series.ts';
import { noSamples } from '../remote-write/sample-counts.ts';
import { SinkCounters } from '../sinks/sink-counters.ts';
import type { CycleInfo, Delivery, ResendRequest, Sink } from '../sinks/sink.ts';
import type { ScanSource } from '../sources/scan-source.ts';
import { AgentWork, type WorkOptions } from './agent-work.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-06-01T12:00:00Z');

let now: number;
let events: string[];
let results: CycleResult[];
let deliveries: Delivery[];
let tooOld: number[];
let resends: ResendRequest[];
let ended: (CycleInfo & { readonly up: number | undefined })[];
let stop: AbortController;

beforeEach(() => {
  now = START;
  events = [];
  results = [];
  deliveries = [];
  tooOld = [];
  resends = [];
  ended = [];
  stop = new AbortController();
});

const fine = { ...noSamples, status: 'delivered', sent: 1, retries: 0 } as const;

interface SinkOptions {
  readonly name?: string;
  /** Promise that `close` awaits. */
  readonly closes?: Promise<unknown>;
  readonly resends?: Promise<unknown>;
}

function createSink({ name = 'rw', closes, resends: until }: SinkOptions = {}): Sink {
  return {
    name,
    counters: new SinkCounters(),
    open: () => ({
      write: async () => undefined,
      async close({ selfSeries }) {
        selfSeries();
        await closes;
        events.push(`${name} closed`);
        return { sink: name, ...fine };
      },
      async abort({ selfSeries }) {
        events.push(`${name} aborted ${valueOf(selfSeries(), 'source_up')}`);
        return { sink: name, ...fine, status: 'failed' };
      },
    }),
    async resend(request) {
      resends.push(request);
      events.push(`${name} resend`);
      await until;
      return { sink: name, ...fine };
    },
    async endSeries(cycle, { selfSeries }) {
      ended.push({ ...cycle, up: valueOf(selfSeries(), 'source_up') });
      return { sink: name, ...fine };
    },
  };
}

function valueOf(series: readonly Series[], name: string): number | undefined {
  return series.find(({ family }) => family.name === `kubescape_push_${name}`)?.value;
}

function create(
  sinks: readonly Sink[],
  {
    source = createSource({ kinds: [up] }),
    memory,
    ...change
  }: Partial<WorkOptions> & { source?: ScanSource; memory?: CycleMemory } = {},
): AgentWork {
  const cycle = { source, sinks, rows: [], maxLabelValueBytes: 99, cluster: 'c', version: '1' };
  return new AgentWork(
    { cycle, maxResultAgeMs: 48 * HOUR, intervalMs: HOUR, ...change },
    {
      observer: {
        watchCycle: () => ({ observer: silent, end: () => undefined }),
        cycleEnded: (result) => void results.push(result),
        resent: (all) => void deliveries.push(...all),
        resultsExpired: (ageMs) => void tooOld.push(ageMs),
      },
      now: () => now,
      signal: stop.signal,
      deliverySignal: stop.signal,
      ...(memory && { memory }),
    },
  );
}

const up = { kind: 'k', isUp: true, hasFailed: false };

/** Creates a source that can be read once and is unavailable afterwards. */
function failsLater(): ScanSource {
  const good = createSource({ kinds: [up] });
  let reads = 0;
  return {
    name: 'fake',
    read: async (observer, options) =>
      reads++ === 0 ? good.read(observer, options) : deadSource.read(observer, options),
  };
}

describe('a cycle', () => {
  it('returns what the planner needs', async () => {
    const end = await create([createSink()]).runCycle('start');

    expect(end).toEqual({ isRead: true, isComplete: true, series: 0, samplesMs: START });
    expect(results[0]?.status).toBe('done');
  });

  it('that failed still returns the timestamp of its self-metrics', async () => {
    const work = create([createSink()], { source: deadSource });

    expect(await work.runCycle('start')).toMatchObject({ isRead: false, isComplete: false });
    expect(events).toEqual(['rw aborted 0']);
    expect(work.lastReadMs).toBeUndefined();
  });
});

describe('a resend', () => {
  it('sends results with the current time', async () => {
    const work = create([createSink()]);
    await work.runCycle('start');
    now += 60_000;
    await work.resend();

    expect(resends.map(({ cycle, withResults }) => ({ cycle, withResults }))).toEqual([
      { cycle: { cluster: 'c', timestampMs: START + 60_000 }, withResults: true },
    ]);
    expect(deliveries).toHaveLength(1);
  });

  it('sends nothing before the first cycle', async () => {
    const work = create([createSink()]);
    await work.resend();

    expect(events).toEqual([]);
  });

  it('never sends an older timestamp than before', async () => {
    const work = create([createSink()]);
    await work.runCycle('start');
    now -= HOUR;
    await work.resend();
    expect(resends).toEqual([]);

    now = START + 1;
    await work.resend();
    await work.resend();
    expect(resends).toHaveLength(1);
  });

  it('reports a failed read and still sends the last results', async () => {
    const work = create([createSink()], { source: failsLater() });
    await work.runCycle('start');
    now += HOUR;
    await work.runCycle('schedule');
    now += 60_000;
    await work.resend();

    const [request] = resends;
    expect(request?.withResults).toBe(true);
    const series = request?.selfSeries() ?? [];
    expect(valueOf(series, 'source_up')).toBe(0);
    expect(valueOf(series, 'source_errors')).toBe(1);
    expect(work.lastReadMs).toBe(START);
  });

  it('omits results that are too old, warns once, and includes newer ones again', async () => {
    const work = create([createSink()]);
    await work.runCycle('start');
    for (const hours of [48, 1, 1]) {
      now += hours * HOUR;
      await work.resend();
    }
    expect(resends.map(({ withResults }) => withResults)).toEqual([true, false, false]);
    expect(tooOld).toEqual([49 * HOUR]);

    await work.runCycle('schedule');
    now += HOUR;
    await work.resend();
    expect(resends.at(-1)?.withResults).toBe(true);
  });

  it.each([
    ['since they were read, if an earlier process saved the time', START - 47 * HOUR, 1],
    ['since the start of the process otherwise', undefined, 48],
  ])('counts the age of results of an earlier process %s', async (_since, lastReadMs, hours) => {
    const memory = Object.assign(new CycleMemory(), { cluster: 'c', lastReadMs });
    const work = create([createSink()], { source: deadSource, memory });
    await work.runCycle('start');
    now += HOUR;
    await work.resend();
    now += hours * HOUR;
    await work.resend();

    expect(resends.map(({ withResults }) => withResults)).toEqual([true, false]);
  });

  it('skips a sink that cannot resend', async () => {
    const { resend: _, ...gateway } = createSink();
    const work = create([gateway]);
    await work.runCycle('start');
    now += HOUR;
    await work.resend();

    expect(deliveries).toEqual([]);
  });

  it('skips only the sinks that are still busy with an earlier resend', async () => {
    const slow = deferred();
    const work = create([createSink({ name: 'slow', resends: slow.promise }), createSink()]);
    await work.runCycle('start');
    events = [];
    const all: Promise<void>[] = [];
    for (let i = 0; i < 3; i++) {
      now += 60_000;
      all.push(work.resend());
      await new Promise((resolve) => setImmediate(resolve));
    }
    slow.resolve();
    await Promise.all(all);

    expect(events.filter((event) => event === 'slow resend')).toHaveLength(1);
    expect(events.filter((event) => event === 'rw resend')).toHaveLength(3);
  });

  it('skips only the sinks that are still busy with a cycle', async () => {
    const slow = deferred();
    const work = create([createSink({ name: 'slow', closes: slow.promise }), createSink()]);
    const cycle = work.runCycle('start');
    await new Promise((resolve) => setImmediate(resolve));
    now += 60_000;
    await work.resend();
    expect(events).toEqual(['rw closed', 'rw resend']);

    slow.resolve();
    await cycle;
    now += 60_000;
    await work.resend();
    expect(events.slice(2)).toEqual(['slow closed', 'slow resend', 'rw resend']);
  });
});

describe('endSeries', () => {
  it('uses a later timestamp than everything sent before', async () => {
    const work = create([createSink()]);
    await work.runCycle('start');
    await work.endSeries();

    expect(ended).toEqual([{ cluster: 'c', timestampMs: START + 1, up: 1 }]);
  });

  it('does nothing before the first push, or for sinks that cannot end series', async () => {
    const { endSeries: _, ...gateway } = createSink();
    const work = create([gateway]);

    expect(await work.endSeries()).toEqual([]);
    await work.runCycle('start');
    expect(await work.endSeries()).toEqual([]);
  });
});

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function deferred(): Deferred {
  const controller = new AbortController();
  const promise = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve());
  });
  return { promise, resolve: () => controller.abort() };
}
