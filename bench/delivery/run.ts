import { type ChildProcess, fork } from 'node:child_process';

import { build } from 'esbuild';
import * as z from 'zod';

import { measureChild } from '../measure-child.ts';
import { messageOf } from '../support/message-of.ts';
import { printTable } from '../support/print-table.ts';
import type { SenderFigures, SenderJob } from './sender.ts';
import { runVmagent, type VmagentFigures } from './vmagent.ts';

const SERIES = 1_000_000;
const Figures: z.ZodType<SenderFigures> = z.object({
  seconds: z.number(),
  firstResendCpuSeconds: z.number(),
  resendCpuSeconds: z.number(),
  bytesPerSeries: z.number(),
});

const SENDER = '.cache/bench/sender.cjs';

/** A million series to a receiver that only counts, and beside it vmagent with the same million. */
export async function benchDelivery(): Promise<void> {
  await withReceiver(async (receiver, url) => {
    const rows = [['', 'seconds', 'peak RSS, MiB', 'MB sent']];
    for (const protocol of ['2.0', '1.0'] as const) {
      const run = await send({
        url,
        protocol,
        series: SERIES,
        compressor: 'snappy',
        resends: 0,
      });
      const bytes = await countedBytes(receiver);
      const { peakMiB, figures } = run;
      const name = `kubescape-push, remote write ${protocol}`;
      rows.push(row(name, { seconds: figures.seconds, peakMiB, bytes }));
    }
    const vmagent = await runVmagent({ series: SERIES, receiver, url });
    rows.push(row('vmagent, scrape and remote write 1.0', vmagent));
    printTable(`delivery: ${SERIES.toLocaleString('en-US')} series of 12 labels`, rows);
  });
}

/** Measures a resend of the last million series. */
export async function benchResend(): Promise<void> {
  await withReceiver(async (_, url) => {
    const rows = [['', 'first, CPU seconds', 'each further one', 'bytes a series in memory']];
    for (const protocol of ['2.0', '1.0'] as const) {
      for (const compressor of ['snappy', 'snappyjs'] as const) {
        const { figures } = await send({
          url,
          protocol,
          series: SERIES,
          compressor,
          resends: 5,
        });
        rows.push([
          `remote write ${protocol}, ${compressor}`,
          figures.firstResendCpuSeconds.toFixed(2),
          figures.resendCpuSeconds.toFixed(2),
          figures.bytesPerSeries.toFixed(0),
        ]);
      }
    }
    printTable(`resend: ${SERIES.toLocaleString('en-US')} series of 12 labels`, rows);
  });
}

async function send(
  job: SenderJob,
): Promise<{ readonly figures: SenderFigures; readonly peakMiB: number }> {
  const command = [process.execPath, '--expose-gc', SENDER, JSON.stringify(job)];
  const { output, peakMiB } = await measureChild(command);
  return { figures: Figures.parse(JSON.parse(output)), peakMiB };
}

async function withReceiver(
  work: (receiver: ChildProcess, url: string) => Promise<void>,
): Promise<void> {
  await build({
    entryPoints: ['bench/delivery/sender.ts'],
    outfile: SENDER,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: true,
    external: ['snappy'],
    logLevel: 'error',
  });
  const receiver = fork('bench/delivery/counting-receiver.mjs');
  try {
    const { url } = await messageOf(receiver, 'url');
    await work(receiver, String(url));
  } finally {
    receiver.send('close');
  }
}

/** Since the last time, which this call ends. */
async function countedBytes(receiver: ChildProcess): Promise<number> {
  const answer = messageOf(receiver, 'total');
  receiver.send('reset');
  return Number((await answer)['total']);
}

function row(name: string, { seconds, peakMiB, bytes }: VmagentFigures): string[] {
  return [name, seconds.toFixed(1), peakMiB.toFixed(0), (bytes / 1e6).toFixed(1)];
}
