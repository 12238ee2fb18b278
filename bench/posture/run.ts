import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeKubeconfig } from '../../test/support/fake-storage/kubeconfig.ts';
import { type Measured, measure } from '../measure.ts';
import { median } from '../support/median.ts';
import { messageOf } from '../support/message-of.ts';

const WORKLOADS = 10_000;
const ROUNDS = 3;

/** Reads the configuration scans of 10,000 workloads, without and with their details. */
export async function benchPosture(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-posture-'));
  try {
    for (const details of ['summaries', 'details']) {
      const runs = await readAll(folder, details);
      const seconds = median(runs.map((run) => run.seconds));
      const peak = Math.max(...runs.map((run) => run.peakMiB));
      process.stdout.write(`${details}: ${seconds.toFixed(2)} s, ${peak.toFixed(0)} MiB\n`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function readAll(folder: string, details: string): Promise<readonly Measured[]> {
  const server = fork('bench/posture/server.ts', [String(WORKLOADS), details]);
  const { url } = await messageOf(server, 'url');
  const kubeconfig = writeKubeconfig(
    { url: String(url) },
    { dir: folder, user: { token: 'bench' } },
  );
  const command = [process.execPath, 'dist/cli.cjs', 'render', '--metrics-groups', 'posture'];
  const runs: Measured[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const run = await measure([...command, '--cluster', 'c', '--kubeconfig', kubeconfig]);
    // The first run fills the server's cache of pages.
    if (round > 0) runs.push(run);
  }
  server.send('close');
  return runs;
}
