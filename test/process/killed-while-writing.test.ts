import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
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
/** Longer than a write takes, so that kills happen before, during and after it. */
const MAX_DELAY_MS = 12;
const IMAGES = 100;
const TEMPORARY = 'findings.bin.tmp';

/** A manifest with a checksum so long that writing the findings file takes a while. */
function manifest(index: number, severities: readonly string[]): StorageObject {
  const made = image(`image-${index}`, { severities });
  const checksum = `${'0'.repeat(20_000)}${severities.length}`;
  const annotations = { ...made.metadata.annotations, 'kubescape.io/sync-checksum': checksum };
  return { ...made, metadata: { ...made.metadata, annotations } };
}

/** Starts the program and kills it so many milliseconds after it began to write the file. */
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
  while (child.exitCode === null && !filesIn(stateDir).includes(TEMPORARY)) await nextTurn();
  const startMs = performance.now();
  while (child.exitCode === null && performance.now() - startMs < delayMs) await nextTurn();
  child.kill('SIGKILL');
  await closed;
  return filesIn(stateDir).includes(TEMPORARY);
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

it('leaves the old findings file or the new one when it is killed while writing', async () => {
  const stateDir = join(lab.folder, 'state');
  const images = Array.from({ length: IMAGES }, (_, index) => manifest(index, ['High']));
  const containers = images.map((one, index) =>
    runs(one, { namespace: 'n', workload: `w-${index}` }),
  );
  await lab.serve([...images, ...containers], { checksums: false });
  let killedMidway = 0;
  for (let turn = 1; turn <= KILLS; turn++) {
    // Changes in each turn, so that there is something to write.
    lab.storage.store.put(manifest(0, Array<string>(turn).fill('Low')));
    const delayMs = ((turn - 1) / (KILLS - 1)) ** 2 * MAX_DELAY_MS;
    killedMidway += (await killWhileWriting(stateDir, delayMs)) ? 1 : 0;
    const { exitCode, total, messages } = await lab.read({ stateDir });

    expect({ exitCode, total, messages }).toEqual({
      exitCode: 0,
      total: IMAGES - 1 + turn,
      messages: '',
    });
    expect(filesIn(stateDir).filter((name) => name.startsWith('findings'))).toEqual([
      'findings.bin',
    ]);
  }
  expect(killedMidway).toBeGreaterThan(0);
}, 240_000);
