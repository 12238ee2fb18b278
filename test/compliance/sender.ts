import { nodeClock, type RetryClock } from '../../src/http/retry-clock.ts';
import type { MetricFamily, Series } from '../../src/metrics/series.ts';
import {
  createRemoteWriteSink,
  type RemoteWriteSinkOptions,
} from '../../src/sinks/remote-write-sink.ts';
import type { CycleOutcome, Delivery, Sink } from '../../src/sinks/sink.ts';
import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { createClock } from '../support/remote-write/waiting-clock.ts';
import { outcome } from '../support/sinks/cycle-outcome.ts';

/** Configured protocol of a sender. By default, it starts with 2.0. */
export const settings = ['1.0', '2.0', 'auto'] as const;

export const NOW = 1_700_000_000_000;

export type SenderOptions = Partial<RemoteWriteSinkOptions>;

/** Creates a sender. By default, its clock advances only while the sender waits. */
export function createSender(
  { url }: Pick<FakeReceiver, 'url'>,
  options: SenderOptions = {},
  runtime: RetryClock = createClock().runtime,
): Sink {
  const defaults = { userAgent: 'kubescape-push/0.1.0', timeoutMs: 5000 };
  return createRemoteWriteSink({ url, ...defaults, ...options }, runtime);
}

export const realTime = nodeClock;

export interface CycleChoices {
  readonly timestampMs?: number;
  readonly isComplete?: boolean;
  readonly signal?: AbortSignal;
  /** Self-metrics to send. */
  readonly own?: readonly Series[];
}

/** Sends one complete cycle. */
export async function send(
  sink: Sink,
  series: readonly Series[],
  { timestampMs = NOW, isComplete = true, signal = never, own = [] }: CycleChoices = {},
): Promise<Delivery> {
  const session = sink.open({ timestampMs, cluster: 'c1' }, { signal });
  for (let i = 0; i < series.length; i += 300) await session.write(series.slice(i, i + 300));
  const ending: CycleOutcome = { ...outcome, isComplete, selfSeries: () => own };
  return session.close(ending);
}

const never = new AbortController().signal;

export const family: MetricFamily = { name: 'ks_score', help: 'A score.', type: 'gauge' };

/** Series that differ only in the label `index`. The value of each is its index. */
export function gauges(count: number, first = 0): Series[] {
  return Array.from({ length: count }, (_, i) => gauge({ index: String(first + i) }, first + i));
}

/** Creates a gauge whose labels have the given order. */
export function gauge(labels: Readonly<Record<string, string>>, value = 1): Series {
  const pairs = Object.entries({ cluster: 'c1', ...labels });
  return { family, labels: pairs.map(([name, text]) => ({ name, value: text })), value };
}
