import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

import { startDeadline } from '../../http/deadline.ts';
import { whenAborted } from '../../http/when-aborted.ts';

const MAX_OUTPUT_BYTES = 1024 * 1024;

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** Stops the process. */
  readonly signal: AbortSignal;
}

export interface ProcessEnd {
  readonly outcome: ProcessOutcome;
  readonly stdout: string;
  readonly stderr: string;
}

export type ProcessOutcome =
  /** `code` is the signal name if a signal ended the process. */
  | { readonly status: 'exited'; readonly code: number | string }
  /** `code` of the system error, such as `ENOENT`. */
  | { readonly status: 'not started'; readonly code: string }
  | { readonly status: 'too slow' }
  | { readonly status: 'aborted' };

/** Runs a process without input until it ends, or until the time limit. */
export async function runProcess(options: ProcessOptions): Promise<ProcessEnd> {
  const child = spawn(options.command, options.args, {
    env: options.environment,
    // Without a terminal, no one could answer a prompt.
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = new Promise<ProcessOutcome>((resolve) => {
    child.once('error', (error) => resolve({ status: 'not started', code: codeOf(error) }));
    child.once('close', (code, signal) =>
      resolve({ status: 'exited', code: code ?? signal ?? 'no exit code' }),
    );
  });
  const outcome = await withinLimits(ended, options);
  child.kill('SIGKILL');
  // Child processes may survive and keep the output open.
  child.stdout.destroy();
  child.stderr.destroy();
  return { outcome, stdout: stdout(), stderr: stderr() };
}

async function withinLimits(
  ended: Promise<ProcessOutcome>,
  { timeoutMs, signal }: ProcessOptions,
): Promise<ProcessOutcome> {
  const deadline = startDeadline(timeoutMs, signal);
  const limit = new Promise<ProcessOutcome>((resolve) => {
    whenAborted(deadline.signal, () =>
      resolve({ status: signal.aborted ? 'aborted' : 'too slow' }),
    );
  });
  try {
    return await Promise.race([ended, limit]);
  } finally {
    deadline.clear();
  }
}

function collect(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString();
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'unknown reason';
}
