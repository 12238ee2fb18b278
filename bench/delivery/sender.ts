import * as z from 'zod';

import { snappyJs } from '../../src/remote-write/wire/compress.ts';
import { loadSnappy } from '../../src/remote-write/wire/load-snappy.ts';
import { createRemoteWriteSink } from '../../src/sinks/remote-write-sink.ts';
import type { Sink } from '../../src/sinks/sink.ts';
import { madeMetricSeries } from '../support/made-metric-series.ts';

/** The JSON on the command line of a run, and the JSON that it prints. */
export interface SenderJob {
  readonly url: string;
  readonly protocol: '1.0' | '2.0';
  readonly series: number;
  readonly compressor: 'snappy' | 'snappyjs';
  /** Number of times that the results are sent again after the first delivery. */
  readonly resends: number;
}

export interface SenderFigures {
  /** Duration of the first delivery. */
  readonly seconds: number;
  /** CPU time of the first resend, of all threads. */
  readonly firstResendCpuSeconds: number;
  /** CPU time of each further resend. */
  readonly resendCpuSeconds: number;
  /** Memory for resends and stale markers. */
  readonly bytesPerSeries: number;
}

const signal = new AbortController().signal;
function noOwnSeries(): readonly never[] {
  return [];
}

async function run(job: SenderJob): Promise<SenderFigures> {
  const compressor = job.compressor === 'snappy' ? await loadSnappy() : snappyJs;
  const sink = createRemoteWriteSink({
    url: job.url,
    protocol: job.protocol,
    userAgent: 'bench/1',
    resends: job.resends > 0,
    compressor,
  });
  const before = memory();
  const startedAt = performance.now();
  await deliver(sink, job.series);
  const seconds = (performance.now() - startedAt) / 1000;
  const bytesPerSeries = (memory() - before) / job.series;
  const firstResendCpuSeconds = await resend(sink, Math.min(1, job.resends));
  const resendCpuSeconds = await resend(sink, job.resends - 1);
  return { seconds, bytesPerSeries, firstResendCpuSeconds, resendCpuSeconds };
}

async function deliver(sink: Sink, count: number): Promise<void> {
  const session = sink.open({ timestampMs: Date.now(), cluster: 'c' }, { signal });
  for (const series of madeMetricSeries(count)) await session.write(series);
  const delivery = await session.close({ isComplete: true, selfSeries: noOwnSeries });
  if (delivery.sent !== count) throw new Error(JSON.stringify(delivery));
}

async function resend(sink: Sink, count: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const cycle = { timestampMs: Date.now(), cluster: 'c' };
    const request = { cycle, withResults: true, selfSeries: noOwnSeries, signal };
    const delivery = await sink.resend?.(request);
    if (delivery?.status !== 'delivered') throw new Error(JSON.stringify(delivery));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / Math.max(1, count);
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const Job: z.ZodType<SenderJob> = z.object({
  url: z.string(),
  protocol: z.enum(['1.0', '2.0']),
  series: z.number(),
  compressor: z.enum(['snappy', 'snappyjs']),
  resends: z.number(),
});

async function main(): Promise<void> {
  const figures = await run(Job.parse(JSON.parse(process.argv[2] ?? '')));
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

void main();
