import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findOnPath } from '../../../scripts/servers/executable.ts';

/** Maximum length of a server's log, in characters. */
const LOG_TAIL = 64 * 1024;
/** Time after which a server that was asked to stop is killed. */
const STOP_MS = 5_000;

export interface ServerProcess {
  readonly pid: number;
  /** Temporary folder. It is removed when the server has stopped. */
  readonly dataFolder: string;
  /** Returns the end of the server's output on stdout and stderr. */
  log(): string;
  hasExited(): boolean;
  /** Resolves when the process has ended and its data is removed. Can be called again. */
  stop(): Promise<void>;
}

export interface ServerCommand {
  readonly name: string;
  readonly binary: string;
  readonly args: (dataFolder: string) => Promise<readonly string[]>;
}

const running = new Map<ChildProcess, string>();

/** Last resort for tests that end without stopping their servers. */
process.on('exit', () => {
  for (const [child, dataFolder] of running) {
    child.kill('SIGKILL');
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  }
});

export async function spawnServer({ name, binary, args }: ServerCommand): Promise<ServerProcess> {
  const dataFolder = await mkdtemp(join(tmpdir(), `kubescape-push-${name}-`));
  const [command, ...prefix] = await tiedToThisProcess(binary);
  const child = spawn(command, [...prefix, ...(await args(dataFolder))], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.set(child, dataFolder);
  const log = tailOf(child);
  await once(child, 'spawn');
  return {
    pid: child.pid ?? 0,
    dataFolder,
    log,
    hasExited: () => hasExited(child),
    async stop() {
      await end(child);
      await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
      running.delete(child);
    },
  };
}

/**
 * Makes Linux end the server with this process, even if this process is killed and runs no exit
 * handlers. setpriv(1) replaces itself with the server, so its pid is the server's.
 */
async function tiedToThisProcess(binary: string): Promise<readonly [string, ...string[]]> {
  const setpriv = process.platform === 'linux' ? await findOnPath(['setpriv']) : undefined;
  return setpriv === undefined ? [binary] : [setpriv, '--pdeathsig', 'KILL', '--', binary];
}

function tailOf({ stdout, stderr }: ChildProcess): () => string {
  let tail = '';
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      tail = (tail + chunk).slice(-LOG_TAIL);
    });
  }
  return () => tail;
}

async function end(child: ChildProcess): Promise<void> {
  if (hasExited(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(kill);
}

function hasExited({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
