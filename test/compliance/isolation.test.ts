import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { stringify } from 'yaml';

import { SinkSessions } from '../../src/cycle/sink-sessions.ts';
import type { Series } from '../../src/metrics/series.ts';
import type { Sink } from '../../src/sinks/sink.ts';
import { useSecretFiles } from '../support/access/secret-files.ts';
import { runCli } from '../support/cli/run-cli.ts';
import type { Answer } from '../support/fake-receiver/answer.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { outcome } from '../support/sinks/cycle-outcome.ts';
import { createSender, gauges, NOW, realTime, type SenderOptions } from './sender.ts';

const startReceiver = useReceivers();
const files = useSecretFiles();

const SERIES = 200;
const BATCH = 10;
/** How long an unavailable receiver may take in the end. */
const RETRY_MS = 60_000;
/** An available receiver gets everything within this time, on a busy machine. */
const SOON_MS = 5000;

const faults: readonly Answer[] = [
  'hang',
  'reset',
  { status: 503 },
  { status: 429, headers: { 'Retry-After': '60' } },
  { status: 204, delayMs: RETRY_MS },
];

const unavailable = fc.record({
  fault: fc.constantFrom(...faults),
  maxPendingSamples: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  protocol: fc.constantFrom('1.0', '2.0', 'auto'),
});

async function* chunksOf(series: readonly Series[]): AsyncGenerator<Series[]> {
  for (let i = 0; i < series.length; i += BATCH) yield series.slice(i, i + BATCH);
}

async function startUnavailable({ fault, ...options }: { fault: Answer } & SenderOptions) {
  const receiver = await startReceiver({ otherwise: fault });
  return createSender(receiver, { ...common, ...options, timeoutMs: RETRY_MS }, realTime);
}

const common = { hasOthers: true, retryBudgetMs: RETRY_MS, maxSamplesPerSend: BATCH } as const;

describe('S7: unavailable receivers', () => {
  it('do not delay another receiver, whatever limits their queues have', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(unavailable, { minLength: 1, maxLength: 3 }), async (others) => {
        const good = await startReceiver();
        const sinks = [
          ...(await Promise.all(others.map(startUnavailable))),
          createSender(good, common, realTime),
        ];
        const stop = new AbortController();
        const done: Sink[] = [];
        const options = {
          signal: stop.signal,
          onFeeding: (sink: Sink, isFeeding: boolean) => void (isFeeding || done.push(sink)),
        };
        const sessions = new SinkSessions(sinks, { timestampMs: NOW, cluster: 'c1' }, options);

        const startMs = performance.now();
        await sessions.feed(chunksOf(gauges(SERIES)));
        const closing = sessions.close(true, outcome.selfSeries);
        await vi.waitFor(() => expect(done).toContain(sinks.at(-1)), SOON_MS);
        const tookMs = performance.now() - startMs;
        stop.abort();
        const deliveries = await closing;

        expect(tookMs).toBeLessThan(SOON_MS);
        expect(good.samples).toHaveLength(SERIES);

        expect(deliveries.at(-1)).toMatchObject({ sent: SERIES });
        for (const { sent, pending } of deliveries.slice(0, -1)) {
          expect({ sent, pending }).toEqual({ sent: 0, pending: SERIES });
        }
      }),
      { numRuns: 6 },
    );
  }, 200_000);

  it('do not delay a new cycle by a resend', async () => {
    const bad = await startReceiver({ answers: [{ status: 204 }], otherwise: 'hang' });
    const good = await startReceiver();
    const options = { ...common, resends: true, sendMetadata: false, timeoutMs: RETRY_MS };
    const sinks = [bad, good].map((receiver) => createSender(receiver, options, realTime));
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const { signal } = stop;
    await cycle(sinks, NOW, signal);
    const later = { timestampMs: NOW + 1, cluster: 'c1' };
    const resent = sinks.map(async (sink) =>
      sink.resend?.({ cycle: later, withResults: true, selfSeries: () => [], signal }),
    );
    await resent[1];
    expect(good.samples).toHaveLength(2 * BATCH);

    const cycled = cycle(sinks, NOW + 2, signal);
    await vi.waitFor(() => expect(good.samples).toHaveLength(3 * BATCH), SOON_MS);

    await expect(resent[0]).resolves.toMatchObject({ pending: BATCH });
    stop.abort();
    await cycled;
  });

  it('do not delay another receiver of the command line', async () => {
    const bad = await startReceiver({ otherwise: 'hang' });
    const good = await startReceiver();
    const queue = { capacity: 1, max_samples_per_send: 10 };
    const config = {
      cluster: 'c',
      retry_budget: '20s',
      source: { files: { paths: ['examples/scan-results'] } },
      remote_write: [bad, good].map(({ url }) => ({ url, queue_config: queue })),
    };
    const path = files.write('config.yaml', stringify(config));

    const run = runCli(['push', '--config', path, '--deadline', '15s']);
    const isOver = await Promise.race([run.then(() => true), waitForResults(good)]);

    expect(isOver).toBe(false);
    expect((await run).exitCode).toBe(5);
  });
});

/** Resolves when the results are there, without the self-metrics. */
async function waitForResults({
  samples,
}: {
  readonly samples: readonly unknown[];
}): Promise<false> {
  await vi.waitFor(() => expect(samples.length).toBeGreaterThan(350), 12_000);
  return false;
}

async function cycle(sinks: readonly Sink[], timestampMs: number, signal: AbortSignal) {
  const options = { signal, onFeeding: undefined };
  const sessions = new SinkSessions(sinks, { timestampMs, cluster: 'c1' }, options);
  await sessions.feed(chunksOf(gauges(BATCH)));
  return sessions.close(true, outcome.selfSeries);
}
