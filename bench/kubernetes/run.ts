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

  const bare = await measure([process.execPath, 'bench/kubernetes/bare-client.mjs', url]);
  say('fetch and JSON.parse only', bare);
  const first = await render(...state);
  say('first run', first, `${ratio(first, bare)} of fetching and parsing`);
  const second = await render(...state);
  say('second run, nothing changed', second, `${ratio(second, first)} of the first`);
  server.send(IMAGES / 100);
  await messageOf(server, 'changed');
  const third = await render(...state);
  say('third run, 1 % changed', third, `${ratio(third, first)} of the first`);
  for (let index = 0; index < SHARDS; index++) {
    const shard = await render('--shards', String(SHARDS), '--shard', String(index));
    say(`shard ${index} of ${SHARDS}`, shard, `${ratio(shard, first)} of the first`);
  }
}

function ratio(part: Measured, whole: Measured): string {
  return `${((100 * part.seconds) / whole.seconds).toFixed(1)} %`;
}

function say(what: string, { seconds, peakMiB }: Measured, comparison = ''): void {
  const figures = `${seconds.toFixed(2).padStart(8)} s ${peakMiB.toFixed(0).padStart(6)} MiB`;
  process.stdout.write(`${what.padEnd(30)}${figures}  ${comparison}\n`);
}
