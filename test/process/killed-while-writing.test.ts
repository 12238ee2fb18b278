import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { cliPath } from '../support/cli/run-cli.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import { useLab } from '../support/kubernetes/lab.ts';
import { image, runs } from '../support/kubernetes/small-cluster.ts';

const lab = useLab();

const KILLS = 20;
/** Longer than a write takes: some are killed in the middle, some right before or after its end. */
const MAX_DELAY_MS = 12;
/** Enough text for the file to take a while. */
const IMAGES = 100;

function workload(index: number): StorageObject[] {
  const made = image(`image-${index}`, { severities: ['High'] });
  const long = { 'kubescape.io/image-id': `docker.io/x@${'0'.repeat(20_000)}${index}` };
  return [made, runs(made, { namespace: 'n', workload: `w-${index}` }, { annotations: long })];
}

/** Starts the program, and kills it so many milliseconds after it began to write the state. */
async function killWhileWriting(stateDir: string, delayMs: number): Promise<boolean> {
  const kubeconfig = writeKubeconfig(lab.storage, { dir: lab.folder, user: { token: 'test' } });
  const args = [cliPath, 'render', '--kubeconfig', kubeconfig, '--state-dir', stateDir];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'] },
    stdio: 'ignore',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const closed = once(child, 'close');
  const own = `findings.bin.${child.pid}.tmp`;
  while (child.exitCode === null && !filesIn(stateDir).includes(own)) await nextTurn();
  const startMs = performance.now();
  while (child.exitCode === null && performance.now() - startMs < delayMs) await nextTurn();
  child.kill('SIGKILL');
  await closed;
  return filesIn(stateDir).includes(own);
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

it('leaves a state that is whole: the one before or the new one', async () => {
  const stateDir = join(lab.folder, 'state');
  await lab.serve(Array.from({ length: IMAGES }, (_, index) => workload(index)).flat());
  let inTheMiddle = 0;
  for (let turn = 1; turn <= KILLS; turn++) {
    const severities = Array.from({ length: turn }, () => 'Low');
    // Each time something else, so that there is something to write.
    lab.storage.store.put(image('image-0', { severities }));
    const delayMs = ((turn - 1) / (KILLS - 1)) ** 2 * MAX_DELAY_MS;
    inTheMiddle += (await killWhileWriting(stateDir, delayMs)) ? 1 : 0;
    const { exitCode, total, messages } = await lab.read({ stateDir });

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: IMAGES - 1 + turn });
    expect(messages).toMatch(/^$|thrown away/);
  }
  expect(inTheMiddle).toBeGreaterThan(0);

  const longAgo = Date.now() / 1000 - 3600;
  const left = filesIn(stateDir).filter((name) => name.endsWith('.tmp'));
  for (const name of left) utimesSync(join(stateDir, name), longAgo, longAgo);
  await lab.read({ stateDir });
  // The file of the cluster's name has one temporary name, which the next push takes over.
  const findings = filesIn(stateDir).filter((name) => name.startsWith('findings'));
  expect(findings).toEqual(['findings.bin']);
}, 240_000);
