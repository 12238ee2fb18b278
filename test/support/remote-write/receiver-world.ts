import { setImmediate as nextTurn } from 'node:timers/promises';

import type { RetryClock } from '../../../src/http/retry-clock.ts';
import { BatchCodec } from '../../../src/remote-write/batch/batch-codec.ts';
import { RateLimiter } from '../../../src/remote-write/client/rate-limit.ts';
import { ProtocolChoice } from '../../../src/remote-write/delivery/protocol-choice.ts';
import { METRIC_NAME } from '../../../src/remote-write/labels/labels.ts';
import { countPending } from '../../../src/remote-write/push-store/cycle-store.ts';
import { openStore } from '../../../src/remote-write/push-store/open-store.ts';
import { endSeries } from '../../../src/remote-write/push/end-series.ts';
import { LabelPipeline } from '../../../src/remote-write/push/label-pipeline.ts';
import { PushCycle } from '../../../src/remote-write/push/push-cycle.ts';
import { Receiver, type ReceiverOptions } from '../../../src/remote-write/push/receiver.ts';
import { Resend } from '../../../src/remote-write/push/resend.ts';
import type { UntimedSeries } from '../../../src/remote-write/push/write-series.ts';
import type { SampleCounts } from '../../../src/remote-write/sample-counts.ts';
import { STALE } from '../../../src/remote-write/time-series.ts';
import { snappyJs } from '../../../src/remote-write/wire/compress.ts';
import { ModelReceiver, type ModelReceiverOptions } from './model-receiver.ts';

export type StoreKind = 'disk' | 'memory' | 'none';

export type Step =
  | { readonly type: 'cycle'; readonly keys: readonly string[]; readonly end: CycleEnd }
  | { readonly type: 'repeat' | 'restart' | 'end' };
export type CycleEnd = 'complete' | 'partial' | 'source failed' | 'killed';

export const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
export const MINUTE_MS = 60_000;

export interface Scenario extends Pick<
  ModelReceiverOptions,
  'script' | 'onVersionTwo' | 'maxSamples'
> {
  /** Milliseconds between steps. */
  readonly delays: readonly number[];
  /** Index of the step before which the clock is set back. */
  readonly setBackAt: number;
}

/** A sender, its receiver, and the invariants of both. */
export class World {
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
  readonly #problems: string[] = [];
  #controller = new AbortController();
  /** Samples that the sender has reported as persisted. */
  readonly #promised: { key: string; timestampMs: number }[] = [];

  /** @param folder State folder. */
  constructor(kind: StoreKind, folder: string, scenario: Scenario) {
    this.#kind = kind;
    this.#folder = folder;
    this.#delays = [...scenario.delays];
    this.#setBackAt = scenario.setBackAt;
    this.#model = new ModelReceiver({
      ...scenario,
      // If only one half is pending, both are resent: in memory, with another timestamp.
      maxSamples: kind === 'memory' ? Infinity : scenario.maxSamples,
      onStop: () => this.#controller.abort(),
    });
    this.#receiver = this.#start();
  }

  async take(step: Step): Promise<void> {
    this.#nowMs += this.#delays.shift() ?? MINUTE_MS;
    // A process that sent only self-metrics leaves no timestamp for the next one.
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

  /**
   * Heals the receiver and runs one more cycle. Returns all problems found until then, one sentence
   * each.
   */
  async finish(last: readonly string[]): Promise<string[]> {
    this.#model.heal();
    this.#nowMs += 10 * MINUTE_MS;
    this.#controller = new AbortController();
    if (this.#kind === 'disk') this.#receiver = this.#start();
    await this.#cycle({ type: 'cycle', keys: last, end: 'complete' });
    return [
      ...this.#model.violations,
      ...this.#problems,
      ...keys.flatMap((key) => this.#checkEnd(key, last)),
      ...(this.#kind === 'disk' ? this.#checkPromises() : []),
    ];
  }

  #checkEnd(key: string, last: readonly string[]): string[] {
    if (this.#model.refused.has(key)) return [];
    const newest = this.#model.history.get(key)?.at(-1)?.value;
    const isAlive = newest === this.#pushes;
    if (last.includes(key)) return isAlive ? [] : [`${key} is ${String(newest)} at the end`];
    const isEnded = newest === STALE;
    if (this.#kind === 'none') return isEnded ? [`${key} has ended`] : [];
    return isEnded || newest === undefined ? [] : [`${key} has not ended`];
  }

  #checkPromises(): string[] {
    const lost = this.#promised.filter(({ key, timestampMs }) => {
      const stored = this.#model.history.get(key) ?? [];
      const isThere = stored.some((one) => one.timestampMs === timestampMs);
      return !isThere && !this.#model.refused.has(key);
    });
    const waiting = countPendingSamples(this.#receiver);
    return [
      ...lost.map(({ key, timestampMs }) => `${key} at ${timestampMs} is lost`),
      ...(waiting > 0 ? [`${waiting} samples are still pending`] : []),
    ];
  }

  async #cycle({ keys: names, end }: Extract<Step, { type: 'cycle' }>): Promise<void> {
    const union = new Set([...this.#alive, ...names]);
    const alive = end === 'complete' ? new Set(names) : union;
    this.#pushes++;
    const backlog = countPendingSamples(this.#receiver);
    const timestampMs = this.#watchTimestamps(alive);
    const cycle = new PushCycle(this.#receiver, this.#nowMs, this.#controller.signal);
    await cycle.write(names.map((name) => this.#createSeries(name)));
    if (end === 'killed') {
      this.#alive = union;
      await this.#kill(cycle);
      return;
    }
    if (end === 'source failed') cycle.stop();
    const results = await cycle.finish(end === 'complete');
    await cycle.sendSelfSeries([this.#createSeries('self')]);
    cycle.close();
    this.#alive = alive;
    if (end === 'complete' || names.length > 0) {
      for (const key of names) this.#promised.push({ key, timestampMs: timestampMs() });
    }
    this.#checkCounts(results, backlog, {
      names,
      isStored: end === 'complete' || names.length > 0,
    });
  }

  /** Kills the process, with all requests in flight. */
  async #kill(cycle: PushCycle): Promise<void> {
    if (this.#kind !== 'disk') {
      await cycle.finish(false);
      return;
    }
    this.#controller.abort();
    for (let i = 0; i < 5; i++) await nextTurn();
    this.#receiver = this.#start();
  }

  async #repeat(): Promise<void> {
    this.#watchTimestamps(this.#alive);
    const resend = new Resend(this.#receiver, this.#nowMs, this.#controller.signal);
    await resend.sendResults(true);
    await resend.sendSelfSeries([this.#createSeries('self')]);
    resend.close();
  }

  async #end(): Promise<void> {
    const { signal } = this.#controller;
    this.#watchTimestamps(new Set());
    await endSeries(this.#receiver, { wantedMs: this.#nowMs, selfSeries: [], signal });
    this.#alive = new Set();
  }

  #checkCounts(
    { sent, rejected, pending, persisted }: SampleCounts,
    backlog: number,
    { names, isStored }: { names: readonly string[]; isStored: boolean },
  ): void {
    const batches = isStored ? (this.#receiver.options.store.last?.batches ?? []) : [];
    const markers = batches.filter(({ kind }) => kind === 'markers');
    const offered = backlog + names.length + markers.reduce((sum, { samples }) => sum + samples, 0);
    const counted = sent + rejected + pending;
    if (counted !== offered) this.#problems.push(`${counted} counted of ${offered}`);
    const kept = this.#kind === 'disk' ? pending : 0;
    if (persisted !== kept) this.#problems.push(`${persisted} kept of ${kept}`);
  }

  /** Returns a function that returns the timestamp of the push that begins now. */
  #watchTimestamps(alive: ReadonlySet<string>): () => number {
    const receiver = this.#receiver;
    let timestampMs = NaN;
    receiver.nextTimestamp = (wantedMs) => {
      timestampMs = Receiver.prototype.nextTimestamp.call(receiver, wantedMs);
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
    const observer = {
      onWarning: (message: string) => {
        // A rejected metadata message loses no samples, and neither does a fallback to 1.0.
        const isHarmless = /^metadata was rejected|set protocol: "1\.0"/.test(message);
        if (!isHarmless) this.#problems.push(message);
      },
      onDropped: () => undefined,
    };
    const store = openStore({
      ...observer,
      stateDir: this.#kind === 'disk' ? this.#folder : undefined,
      receiver: 'model',
      resends: this.#kind === 'memory',
      maxBytes: 1e6,
      codec: new BatchCodec(snappyJs),
    });
    const { clients } = this.#model;
    return createReceiver({ ...observer, clients, store, now: () => this.#nowMs });
  }
}

type Needed = 'clients' | 'store' | 'now' | 'onWarning' | 'onDropped';

/** Requests of up to three samples, two at a time, each sent up to three times. */
export function createReceiver(
  options: Pick<ReceiverOptions, Needed> & Partial<ReceiverOptions>,
): Receiver {
  const runtime = createRuntime();
  return new Receiver({
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
    runtime,
    onRetried: () => undefined,
    ...options,
  });
}

/** Creates a clock that advances only while something waits. */
function createRuntime(): RetryClock {
  let clockMs = 0;
  return {
    async sleep(ms, signal) {
      await nextTurn();
      signal.throwIfAborted();
      clockMs += ms;
    },
    random: () => 0.5,
    now: () => clockMs,
  };
}

function countPendingSamples({ options: { store } }: Receiver): number {
  return countPending(store.pending.flatMap(({ batches }) => batches));
}
