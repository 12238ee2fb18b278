import type { MetricFamily, Series } from '../../../src/metrics/series.ts';
import {
  createPushgatewaySink,
  type PushgatewaySinkOptions,
} from '../../../src/sinks/pushgateway/pushgateway-sink.ts';
import type { CycleInfo, Delivery, Sink, SinkSession } from '../../../src/sinks/sink.ts';
import { outcome } from './cycle-outcome.ts';

export type TestSinkOptions = Partial<PushgatewaySinkOptions> & Pick<PushgatewaySinkOptions, 'url'>;

export interface TestCycle extends Partial<CycleInfo> {
  readonly signal?: AbortSignal;
}

/** Creates a sink with options for a small test, unless overridden. */
export function createTestSink(options: TestSinkOptions): Sink {
  return createPushgatewaySink({
    job: 'kubescape',
    grouping: {},
    method: 'PUT',
    compression: 'identity',
    timeoutMs: 5000,
    retryBudgetMs: 10_000,
    warnSeries: 50,
    maxSeries: 100,
    familyOrder: ['total', 'by_image'],
    userAgent: 'kubescape-push/1.2.3',
    ...options,
  });
}

/** Opens a session of a new sink. */
export function openSession(
  options: TestSinkOptions,
  { signal = new AbortController().signal, ...cycle }: TestCycle = {},
): SinkSession {
  const sink = createTestSink(options);
  return sink.open({ timestampMs: 1_700_000_000_000, cluster: 'c', ...cycle }, { signal });
}

/** Pushes the series in one session, one at a time. */
export async function pushSeries(
  series: readonly Series[],
  options: TestSinkOptions,
  cycle: TestCycle = {},
): Promise<Delivery> {
  const session = openSession(options, cycle);
  for (const one of series) await session.write([one]);
  return session.close(outcome);
}

export function gauge(name: string, labels: Record<string, string>, value: number): Series {
  const family: MetricFamily = { name, help: `All "of" ${name}.`, type: 'gauge' };
  return {
    family,
    labels: Object.entries(labels).map(([label, text]) => ({ name: label, value: text })),
    value,
  };
}
