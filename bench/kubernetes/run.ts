import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeKubeconfig } from '../../test/support/fake-storage/kubeconfig.ts';
import { type Measured, measure } from '../measure.ts';
import { messageOf } from '../support/message-of.ts';

const IMAGES = 2000;
const CONTAINERS = 10_000;
const SHARDS = 3;
const ROUNDS = 3;
/** Target for a first run, compared with fetching and parsing the same objects. */
const FIRST_PERCENT = 150;
/** Targets for later runs compared with the first one: without changes, and with 1 % changed. */
const UNCHANGED_PERCENT = 8;
const CHANGED_PERCENT = 10;

/** Reads a cluster of 2,000 images and 10,000 containers from a fake of the storage API. */
export async function benchKubernetes(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-kubernetes-'));
  const server = fork('bench/kubernetes/server.ts', [
    '.cache/bench/manifests',
    String(IMAGES),
    String(CONTAINERS),
  ]);
  try {
    const { url } = await messageOf(server, 'url');
    await compare(String(url), folder, server);
  } finally {
    server.send('close');
    rmSync(folder, { recursive: true });
  }
}

async function compare(url: string, folder: string, server: ChildProcess): Promise<void> {
  const kubeconfig = writeKubeconfig({ url }, { dir: folder, user: { token: 'bench' } });
  async function render(...args: readonly string[]): Promise<Measured> {
    const command = [process.execPath, 'dist/cli.cjs', 'render', '--kubeconfig', kubeconfig];
    return measure([...command, ...args]);
  }
  const state = ['--state-dir', folder];

  const bares: Measured[] = [];
  const firsts: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bares.push(await measure([process.execPath, 'bench/kubernetes/bare-client.mjs', url]));
    rmSync(join(folder, 'findings.bin'), { force: true });
    firsts.push(await render(...state));
  }
  const [bare, first] = [median(bares), median(firsts)];
  print('fetch and JSON.parse only', bare);
  print('first run', first, `of fetching and parsing: ${rate(first, bare, FIRST_PERCENT)}`);
  const seconds: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) seconds.push(await render(...state));
  const second = median(seconds);
  print(
    'second run, nothing changed',
    second,
    `of the first: ${rate(second, first, UNCHANGED_PERCENT)}`,
  );
  server.send(IMAGES / 100);
  await messageOf(server, 'changed');
  const third = await render(...state);
  print('third run, 1 % changed', third, `of the first: ${rate(third, first, CHANGED_PERCENT)}`);
  const exporting = [process.execPath, 'dist/cli.cjs', 'export', '--kubeconfig', kubeconfig];
  const exported = await measure([...exporting, join(folder, 'export')]);
  print('export', exported, `of the first: ${ratio(exported, first)}`);
  for (let index = 0; index < SHARDS; index++) {
    const shard = await render('--shards', String(SHARDS), '--shard', String(index));
    print(`shard ${index} of ${SHARDS}`, shard, `of the first: ${ratio(shard, first)}`);
  }
}

/** The run with the median time, because the machine may be shared, and the highest memory of all. */
function median(runs: readonly Measured[]): Measured {
  const sorted = runs.toSorted((a, b) => a.seconds - b.seconds);
  const middle = sorted[Math.floor(runs.length / 2)];
  if (middle === undefined) throw new RangeError('no runs');
  return { ...middle, peakMiB: Math.max(...runs.map(({ peakMiB }) => peakMiB)) };
}

/** The ratio of two runs, and whether it reaches the target. */
function rate(part: Measured, whole: Measured, targetPercent: number): string {
  const isReached = part.seconds / whole.seconds <= targetPercent / 100;
  return `${ratio(part, whole)}; target ${targetPercent} %: ${isReached ? 'reached' : 'NOT reached'}`;
}

function ratio(part: Measured, whole: Measured): string {
  const seconds = (100 * part.seconds) / whole.seconds;
  const cpu = (100 * part.cpuSeconds) / whole.cpuSeconds;
  return `${seconds.toFixed(1)} % (CPU ${cpu.toFixed(1)} %)`;
}

function print(what: string, measured: Measured, comparison = ''): void {
  const { seconds, cpuSeconds, peakMiB } = measured;
  const times = `${seconds.toFixed(2).padStart(8)} s, CPU ${cpuSeconds.toFixed(2).padStart(6)} s`;
  const figures = `${times} ${peakMiB.toFixed(0).padStart(6)} MiB`;
  process.stdout.write(`${what.padEnd(30)}${figures}  ${comparison}\n`);
}
