import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface CommandOptions {
  readonly cwd?: string;
  /** Standard input of the command. Default: empty. */
  readonly input?: string;
  /** Kills the command after this time. Default: 30 seconds. */
  readonly timeoutMs?: number;
}

export interface CommandResult {
  /** `null` if a signal ended the command, as after the timeout. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Rejects only if the command cannot start. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, input = '', timeoutMs = 30_000 }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // A command that exits before reading its input breaks the pipe. Its exit code is sufficient.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exit,
  ]);
  return { exitCode, stdout, stderr };
}

/** Returns standard output. Unless the command exits with 0, rejects with its last lines of standard error. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(command, args, options);
  if (exitCode === 0) return stdout;
  const end = exitCode === null ? 'was killed' : `exited with code ${exitCode}`;
  const lastLines = stderr.trim().split('\n').slice(-4).join(' ');
  throw new Error(`${[command, ...args].join(' ')} ${end}: ${lastLines}`);
}
