import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const CHECKOUT = join(import.meta.dirname, '../..');
const TIMEOUT_MS = 60_000;
const ARGS = ['show', '--from', 'examples/scan-results'];

/** Makes the CLI print as if on a terminal with 80 columns, without a pseudo-terminal. */
const PRETEND_TERMINAL =
  'data:text/javascript,Object.assign(process.stdout,{isTTY:true,columns:80})';

export interface Capture {
  readonly command: string;
  /** Output with ANSI color codes. */
  readonly output: string;
}

/** Runs the built CLI over the example scan results. */
export async function captureSummary(): Promise<Capture> {
  const child = spawn(
    process.execPath,
    ['--import', PRETEND_TERMINAL, 'dist/cli.cjs', ...ARGS, '--log-level', 'error'],
    {
      cwd: CHECKOUT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], TERM: 'xterm-256color' },
      timeout: TIMEOUT_MS,
    },
  );
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`kubescape-push show failed: ${child.exitCode}`);
  return { command: `kubescape-push ${ARGS.join(' ')}`, output };
}
