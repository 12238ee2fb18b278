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
/** What a first run may take, of fetching and parsing the same. */
const FIRST_PERCENT = 150;
/** Share of the first run that a later one may take, where nothing has changed, and 1 %. */
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
    return measure([
      process.execPath,
      'dist/cli.cjs',
      'render',
      '--kubeconfig',
      kubeconfig,
      ...args,
    ]);
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
  say('fetch and JSON.parse only', bare);
  say('first run', first, `of fetching and parsing: ${judge(first, bare, FIRST_PERCENT)}`);
  const seconds: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) seconds.push(await render(...state));
  const second = median(seconds);
  say(
    'second run, nothing changed',
    second,
    `of the first: ${judge(second, first, UNCHANGED_PERCENT)}`,
  );
  server.send(IMAGES / 100);
  await messageOf(server, 'changed');
  const third = await render(...state);
  say('third run, 1 % changed', third, `of the first: ${judge(third, first, CHANGED_PERCENT)}`);
  for (let index = 0; index < SHARDS; index++) {
    const shard = await render('--shards', String(SHARDS), '--shard', String(index));
    say(`shard ${index} of ${SHARDS}`, shard, `of the first: ${ratio(shard, first)}`);
  }
}

/** The run in the middle, because others use the machine too, with the most memory that any took. */
function median(runs: readonly Measured[]): Measured {
  const sorted = runs.toSorted((a, b) => a.seconds - b.seconds);
  const middle = sorted[Math.floor(runs.length / 2)];
  if (middle === undefined) throw new RangeError('nothing was measured');
  return { ...middle, peakMiB: Math.max(...runs.map(({ peakMiB }) => peakMiB)) };
}

/** The share of the whole, and whether it is within what is aimed at. */
function judge(part: Measured, whole: Measured, aimPercent: number): string {
  const isKept = part.seconds / whole.seconds <= aimPercent / 100;
  return `${ratio(part, whole)}; aim ${aimPercent} %: ${isKept ? 'kept' : 'NOT kept'}`;
}

function ratio(part: Measured, whole: Measured): string {
  const seconds = (100 * part.seconds) / whole.seconds;
  const cpu = (100 * part.cpuSeconds) / whole.cpuSeconds;
  return `${seconds.toFixed(1)} % (CPU ${cpu.toFixed(1)} %)`;
}

function say(what: string, measured: Measured, comparison = ''): void {
  const { seconds, cpuSeconds, peakMiB } = measured;
  const times = `${seconds.toFixed(2).padStart(8)} s, CPU ${cpuSeconds.toFixed(2).padStart(6)} s`;
  const figures = `${times} ${peakMiB.toFixed(0).padStart(6)} MiB`;
  process.stdout.write(`${what.padEnd(30)}${figures}  ${comparison}\n`);
}
