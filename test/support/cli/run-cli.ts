import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface CliRun {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The log on stderr, line by line. */
  readonly log: readonly Record<string, unknown>[];
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  /** Called with the child's pid as soon as it runs. */
  readonly started?: (pid: number) => void;
  /** Wrapper command with its arguments, such as prlimit(1). */
  readonly runBy?: readonly string[];
}

/** The built bundle. */
export const cliPath = resolve(import.meta.dirname, '../../../dist/cli.cjs');

/** Limit for one command. */
const TIMEOUT_MS = 120_000;

/** Runs the built command line as a child process, without this process's environment variables. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const [command, ...rest] = [...(options.runBy ?? []), process.execPath, cliPath, ...args];
  const child = spawn(command ?? process.execPath, rest, {
    env: { PATH: process.env['PATH'], ...options.env },
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  if (child.pid !== undefined) options.started?.(child.pid);
  // A child that ends early closes its end of the pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const [stdout, stderr, end] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<Pick<CliRun, 'exitCode' | 'signal'>>((acknowledge, fail) => {
      child.on('error', fail);
      child.on('close', (exitCode, signal) => acknowledge({ exitCode, signal }));
    }),
  ]);
  return { ...end, stdout, stderr, log: parseLog(stderr) };
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parseLog(stderr: string): Record<string, unknown>[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const entry: unknown = JSON.parse(line);
      return typeof entry === 'object' && entry !== null ? { ...entry } : {};
    });
}

/** All messages of the log. */
export function messagesOf({ log }: CliRun): string {
  return log.map(({ msg }) => String(msg)).join('\n');
}
