import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { isExecutable } from '../servers/executable.ts';

const CHECKOUT = join(import.meta.dirname, '../..');
const PUSH_MS = 60_000;

/** Runs the built CLI as a user would. Its output goes to this process's stdout and stderr. */
export async function pushExamples(remoteWriteUrl: string, signal: AbortSignal): Promise<void> {
  if (!(await isExecutable(join(CHECKOUT, 'dist/cli.cjs')))) {
    throw new Error('dist/cli.cjs is missing; run `npm run build` first');
  }
  const args = ['push', '--from', 'examples/scan-results', '--remote-write-url', remoteWriteUrl];
  process.stdout.write(
    `$ kubescape-push ${args.join(' ').replace(' --remote', ' \\\n    --remote')}\n`,
  );
  const child = spawn(process.execPath, ['dist/cli.cjs', ...args], {
    cwd: CHECKOUT,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: PUSH_MS,
    signal,
  });
  await once(child, 'exit');
  if (child.exitCode !== 0) {
    throw new Error(`the push failed with ${child.signalCode ?? `exit code ${child.exitCode}`}`);
  }
}
