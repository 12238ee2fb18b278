import { type ChildProcess, fork } from 'node:child_process';

import { build } from 'esbuild';
import * as z from 'zod';

import { measureChild } from '../measure-child.ts';
import { median } from '../support/median.ts';
import { messageOf } from '../support/message-of.ts';
import { printTable } from '../support/print-table.ts';
import type { SenderFigures, SenderJob } from './sender.ts';
import { runVmagent, type VmagentFigures } from './vmagent.ts';

const SIZES = [100_000, 1_000_000];
const SERIES = 1_000_000;
const ROUNDS = 5;
const Figures: z.ZodType<SenderFigures> = z.object({
  seconds: z.number(),
  firstResendCpuSeconds: z.number(),
  resendCpuSeconds: z.number(),
  bytesPerSeries: z.number(),
});

const SENDER = '.cache/bench/sender.cjs';

const VMAGENT = 'vmagent, scrape and remote write 1.0';

interface Sending {
  readonly series: number;
  readonly receiver: ChildProcess;
  readonly url: string;
}

type Contender = readonly [name: string, run: (sending: Sending) => Promise<VmagentFigures>];

const contenders: readonly Contender[] = [
  ['kubescape-push, remote write 2.0', async (sending) => sendAndCount(sending, '2.0')],
  ['kubescape-push, remote write 1.0', async (sending) => sendAndCount(sending, '1.0')],
  [VMAGENT, runVmagent],
];

/** The same series to a receiver that only counts, from kubescape-push and vmagent in turns. */
export async function benchDelivery(): Promise<void> {
  await withReceiver(async (receiver, url) => {
    for (const series of SIZES) {
      const rounds = await runRounds({ series, receiver, url });
      printTable(
        `delivery: ${series.toLocaleString('en-US')} series of 12 labels, median of ${ROUNDS}`,
        [
          ['', 'seconds', 'of vmagent', 'peak RSS, MiB', 'of vmagent', 'bytes a series'],
          ...contenders.map(([name], index) => [name, ...describe(rounds, index, series)]),
        ],
      );
    }
  });
}

/** Contenders take turns, so that other load on the machine slows all of them. */
async function runRounds(sending: Sending): Promise<readonly (readonly VmagentFigures[])[]> {
  const rounds: VmagentFigures[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const figures: VmagentFigures[] = [];
    for (const [, run] of contenders) {
      await countedBytes(sending.receiver);
      figures.push(await run(sending));
    }
    rounds.push(figures);
  }
  return rounds;
}

async function sendAndCount(
  { series, receiver, url }: Sending,
  protocol: SenderJob['protocol'],
): Promise<VmagentFigures> {
  const { peakMiB, figures } = await send({
    url,
    protocol,
    series,
    compressor: 'snappy',
    resends: 0,
  });
  return { seconds: figures.seconds, peakMiB, bytes: await countedBytes(receiver) };
}

/** Ratios to vmagent are taken within each round. */
function describe(
  rounds: readonly (readonly VmagentFigures[])[],
  index: number,
  series: number,
): string[] {
  const peer = contenders.findIndex(([name]) => name === VMAGENT);
  function of(key: keyof VmagentFigures, which = index): number[] {
    return rounds.map((one) => one[which]?.[key] ?? NaN);
  }
  function ratio(key: keyof VmagentFigures): string {
    const others = of(key, peer);
    return median(of(key).map((own, round) => own / (others[round] ?? NaN))).toFixed(2);
  }
  return [
    median(of('seconds')).toFixed(2),
    ratio('seconds'),
    median(of('peakMiB')).toFixed(0),
    ratio('peakMiB'),
    (median(of('bytes')) / series).toFixed(1),
  ];
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
