import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Fault, faults, ModelReceiver } from '../../../test/support/model-receiver.ts';
import { BatchCodec } from '../batch-codec.ts';
import { openStore } from '../cycles/open-store.ts';
import { ProtocolChoice } from '../delivery/protocol-choice.ts';
import { RateLimiter } from '../delivery/rate-limit.ts';
import { METRIC_NAME } from '../labels.ts';
import { STALE } from '../time-series.ts';
import { snappyJs } from '../wire/compress.ts';
import { endSeries } from './end-series.ts';
import { LabelPipeline } from './label-pipeline.ts';
import { OutgoingCycle, type UntimedSeries } from './outgoing-cycle.ts';
import type { PushReport } from './push-report.ts';
import { Receiver } from './receiver.ts';
import { repeatCycle } from './repeat-cycle.ts';

type StoreKind = 'disk' | 'memory' | 'none';

type Step =
  | { readonly type: 'cycle'; readonly keys: readonly string[]; readonly end: CycleEnd }
  | { readonly type: 'repeat' | 'restart' | 'end' };
type CycleEnd = 'complete' | 'partial' | 'source failed' | 'killed';

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const MINUTE_MS = 60_000;

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('cycle' as const),
      keys: fc.subarray(keys),
      end: fc.constantFrom<CycleEnd>('complete', 'complete', 'partial', 'source failed', 'killed'),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ type: 'repeat' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ type: 'restart' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ type: 'end' }) },
);

const scenarioArbitrary = fc.record({
  steps: fc.array(stepArbitrary, { minLength: 1, maxLength: 10 }),
  last: fc.subarray(keys),
  script: fc.array(fc.constantFrom<Fault>(...faults), { maxLength: 40 }),
  onVersionTwo: fc.constantFrom('knows' as const, 'refuses' as const, 'misreads' as const),
  maxSamples: fc.constantFrom(2, 3, 100),
  /** Milliseconds between steps. */
  delays: fc.array(fc.constantFrom(MINUTE_MS, 1, 0), { minLength: 10, maxLength: 10 }),
  /** Before which step the clock is set back. */
  setBackAt: fc.nat(12),
});
type Scenario = typeof scenarioArbitrary extends fc.Arbitrary<infer T> ? T : never;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'receiver-model-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a receiver, whatever happens to its requests', () => {
  it.each<StoreKind>(['disk', 'memory', 'none'])(
    'gets every series in order, and its end once, with state in: %s',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(scenarioArbitrary, async (scenario) => {
          const world = new World(kind, scenario);
          for (const step of scenario.steps) await world.take(step);
          await world.finish(scenario.last);
        }),
        { numRuns: Number(process.env['MODEL_RUNS'] ?? 300) },
      );
    },
    120_000,
  );
});

class World {
  readonly #kind: StoreKind;
  readonly #folder: string;
  readonly #model: ModelReceiver;
  readonly #delays: number[];
  #receiver: Receiver;
  #nowMs = 1_700_000_000_000;
  #alive: ReadonlySet<string> = new Set();
  readonly #setBackAt: number;
  #steps = 0;
  #pushes = 0;
  #controller = new AbortController();
  /** Samples that the sender has said to keep until they are sent. */
  readonly #promised: { key: string; timestampMs: number }[] = [];

  constructor(kind: StoreKind, scenario: Scenario) {
    this.#kind = kind;
    this.#folder = mkdtempSync(join(folder, 'state-'));
    this.#delays = [...scenario.delays];
    this.#setBackAt = scenario.setBackAt;
    this.#model = new ModelReceiver({ ...scenario, onStop: () => this.#controller.abort() });
    this.#receiver = this.#start();
  }

  async take(step: Step): Promise<void> {
    this.#nowMs += this.#delays.shift() ?? MINUTE_MS;
    // What a process knows of a time in which it has sent nothing but its own series ends with it.
    const { store } = this.#receiver.options;
    const mayBeSetBack = this.#kind !== 'disk' || store.last !== undefined;
    if (this.#steps++ === this.#setBackAt && mayBeSetBack) this.#nowMs -= 5 * MINUTE_MS;
    this.#controller = new AbortController();
    if (step.type === 'cycle') await this.#cycle(step);
    else if (step.type === 'repeat') await this.#repeat();
    else if (step.type === 'end') await this.#end();
    else if (this.#kind === 'disk') this.#receiver = this.#start();
    if (step.type === 'restart') this.#nowMs += 1000;
  }

  /** The receiver is well again, and one more cycle comes through. */
  async finish(last: readonly string[]): Promise<void> {
    this.#model.heal();
    this.#nowMs += 10 * MINUTE_MS;
    this.#controller = new AbortController();
    if (this.#kind === 'disk') this.#receiver = this.#start();
    await this.#cycle({ type: 'cycle', keys: last, end: 'complete' });

    expect(this.#model.violations).toEqual([]);
    const { history, refused } = this.#model;
    for (const key of keys.filter((one) => !refused.has(one))) {
      const newest = history.get(key)?.at(-1);
      if (last.includes(key)) expect(newest?.value, key).toBe(this.#pushes);
      else if (this.#kind === 'none') expect(newest?.value, key).not.toBe(STALE);
      else expect([undefined, STALE], key).toContain(newest?.value);
    }
    if (this.#kind !== 'disk') return;
    for (const { key, timestampMs } of this.#promised.filter((one) => !refused.has(one.key))) {
      const times = history.get(key)?.map((one) => one.timestampMs);
      expect(times, `${key} at ${timestampMs}`).toContain(timestampMs);
    }
    expect(this.#receiver.options.store.unsettled).toEqual([]);
  }

  async #cycle({ keys: names, end }: Extract<Step, { type: 'cycle' }>): Promise<void> {
    const union = new Set([...this.#alive, ...names]);
    const alive = end === 'complete' ? new Set(names) : union;
    this.#pushes++;
    const pending = countUnsettled(this.#receiver);
    const timestampMs = this.#watchTimestamps(alive);
    const cycle = new OutgoingCycle(this.#receiver, this.#nowMs, this.#controller.signal);
    await cycle.write(names.map((name) => this.#createSeries(name)));
    if (end === 'killed') {
      this.#alive = union;
      await this.#kill(cycle);
      return;
    }
    if (end === 'source failed') cycle.stop();
    const report = await cycle.finish(end === 'complete', () => [this.#createSeries('own')]);
    this.#alive = alive;
    if (end === 'complete' || names.length > 0) {
      for (const key of names) this.#promised.push({ key, timestampMs: timestampMs() });
    }
    this.#checkCounts(report, pending, { names, isStored: end === 'complete' || names.length > 0 });
  }

  /** Whatever is under way ends, and nobody hears of it. */
  async #kill(cycle: OutgoingCycle): Promise<void> {
    if (this.#kind !== 'disk') {
      await cycle.finish(false, () => []);
      return;
    }
    this.#controller.abort();
    for (let i = 0; i < 5; i++) await nextTurn();
    this.#receiver = this.#start();
  }

  async #repeat(): Promise<void> {
    this.#watchTimestamps(this.#alive);
    await repeatCycle(this.#receiver, {
      wantedMs: this.#nowMs,
      withResults: true,
      own: () => [this.#createSeries('own')],
      signal: this.#controller.signal,
    });
  }

  async #end(): Promise<void> {
    const { signal } = this.#controller;
    this.#watchTimestamps(new Set());
    await endSeries(this.#receiver, { wantedMs: this.#nowMs, signal });
    this.#alive = new Set();
  }

  #checkCounts(
    { results }: PushReport,
    pending: number,
    { names, isStored }: { names: readonly string[]; isStored: boolean },
  ): void {
    const batches = isStored ? (this.#receiver.options.store.last?.batches ?? []) : [];
    const markers = batches.filter(({ kind }) => kind === 'markers');
    const offered = pending + names.length + markers.reduce((sum, { samples }) => sum + samples, 0);
    const { sentSamples, refusedSamples, waitingSamples, keptSamples } = results;
    expect(sentSamples + refusedSamples + waitingSamples).toBe(offered);
    expect(keptSamples).toBe(this.#kind === 'disk' ? waitingSamples : 0);
  }

  /** Gives the timestamp of the push that begins now. */
  #watchTimestamps(alive: ReadonlySet<string>): () => number {
    const receiver = this.#receiver;
    let timestampMs = NaN;
    const { nextTimestamp } = Receiver.prototype;
    receiver.nextTimestamp = (wantedMs) => {
      timestampMs = nextTimestamp.call(receiver, wantedMs);
      this.#model.aliveAt.set(timestampMs, alive);
      return timestampMs;
    };
    return () => timestampMs;
  }

  #createSeries(name: string): UntimedSeries {
    const metadata = { type: 'gauge', help: '' } as const;
    return { labels: [{ name: METRIC_NAME, value: name }], metadata, value: this.#pushes };
  }

  #start(): Receiver {
    let clockMs = 0;
    const runtime = {
      sleep: async (ms: number, signal: AbortSignal): Promise<void> => {
        await nextTurn();
        signal.throwIfAborted();
        clockMs += ms;
      },
      random: () => 0.5,
      now: () => clockMs,
    };
    const observer = {
      onWarning: (message: string) => this.#model.violations.push(message),
      onDropped: () => undefined,
    };
    return new Receiver({
      ...observer,
      clients: this.#model.clients,
      choice: new ProtocolChoice('auto'),
      limits: { maxSamples: 3, maxBytes: 1e6 },
      minBackoffMs: 1000,
      maxBackoffMs: 1000,
      retryBudgetMs: 2500,
      concurrency: 2,
      maxHeldBytes: 1000,
      rateLimiter: new RateLimiter({}, runtime),
      sampleAgeLimitMs: 0,
      sendMetadata: true,
      compressor: snappyJs,
      labels: new LabelPipeline({
        externalLabels: {},
        relabelConfigs: [],
        maxLabels: 30,
        maxValueBytes: 100,
      }),
      store: openStore({
        ...observer,
        stateDir: this.#kind === 'disk' ? this.#folder : undefined,
        receiver: 'model',
        repeats: this.#kind === 'memory',
        maxBytes: 1e6,
        codec: new BatchCodec(snappyJs),
      }),
      runtime,
      now: () => this.#nowMs,
      onRetried: () => undefined,
    });
  }
}

function countUnsettled({ options: { store } }: Receiver): number {
  return store.unsettled
    .flatMap(({ batches }) => batches)
    .reduce((sum, { isSettled, samples }) => sum + (isSettled ? 0 : samples), 0);
}
