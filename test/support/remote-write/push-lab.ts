import type { WriteClient } from '../../../src/remote-write/client/write-client.ts';
import { METRIC_NAME } from '../../../src/remote-write/labels/labels.ts';
import type { CycleStore } from '../../../src/remote-write/push-store/cycle-store.ts';
import { PushCycle } from '../../../src/remote-write/push/push-cycle.ts';
import type { Receiver, ReceiverOptions } from '../../../src/remote-write/push/receiver.ts';
import { Resend } from '../../../src/remote-write/push/resend.ts';
import type { UntimedSeries } from '../../../src/remote-write/push/write-series.ts';
import type { SampleCounts } from '../../../src/remote-write/sample-counts.ts';
import { STALE } from '../../../src/remote-write/time-series.ts';
import { type Fault, ModelReceiver } from './model-receiver.ts';
import { createReceiver } from './receiver-world.ts';

const { signal } = new AbortController();

export const DOWN: readonly Fault[] = Array.from({ length: 1000 }, () => 'unavailable' as const);

export interface PushLabOptions extends Partial<ReceiverOptions> {
  readonly store: CycleStore;
  /** Requests with more samples are answered with 413. */
  readonly maxSamples?: number;
  /** Called with each request before the model receives it. */
  readonly wrap?: (client: WriteClient) => WriteClient;
}

/** A model of a receiver, and a sender connected to it. */
export function setup({
  maxSamples = 100,
  wrap = (client) => client,
  ...options
}: PushLabOptions): {
  readonly receiver: Receiver;
  readonly model: ModelReceiver;
} {
  const model = new ModelReceiver({
    script: [],
    onVersionTwo: 'knows',
    maxSamples,
    onStop: () => undefined,
  });
  const receiver = createReceiver({
    clients: { '1.0': wrap(model.clients['1.0']), '2.0': wrap(model.clients['2.0']) },
    now: () => 0,
    onWarning(message) {
      // A receiver whose first answer is a rejection may get 1.0.
      if (!message.includes('set protocol: "1.0"')) model.violations.push(message);
    },
    onDropped: () => undefined,
    ...options,
  });
  return { receiver, model };
}

/** Pushes a cycle whose values all equal its timestamp. */
export async function push(
  receiver: Receiver,
  ...[at, keys, isComplete = true]: [at: number, keys: readonly string[], isComplete?: boolean]
): Promise<SampleCounts> {
  const cycle = new PushCycle(receiver, at, signal);
  await cycle.write(keys.map((key) => createSeries(key, at)));
  const counts = await cycle.finish(isComplete);
  cycle.close();
  return counts;
}

/** Resends, and returns the counts of results and self-metrics. */
export async function resend(
  receiver: Receiver,
  at: number,
  withResults = true,
): Promise<readonly [SampleCounts, SampleCounts]> {
  const resending = new Resend(receiver, at, signal);
  const results = await resending.sendResults(withResults);
  const self = await resending.sendSelfSeries([createSeries('self', at)]);
  resending.close();
  return [results, self];
}

export function createSeries(name: string, value: number): UntimedSeries {
  const metadata = { type: 'gauge', help: '' } as const;
  return { labels: [{ name: METRIC_NAME, value: name }], metadata, value };
}

/** Samples of one series that the receiver has stored. */
export function history(model: ModelReceiver, key: string): string[] {
  return (model.history.get(key) ?? []).map(
    ({ timestampMs, value }) => `${timestampMs}: ${value === STALE ? 'end' : String(value)}`,
  );
}
