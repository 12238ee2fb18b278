import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface CommandOptions {
  readonly cwd?: string;
  /** Written to the command's standard input; without it, standard input is empty. */
  readonly input?: string;
  /** The command is killed after this long. Default: 30 seconds. */
  readonly timeoutMs?: number;
}

export interface CommandResult {
  /** `null` when a signal, such as the one sent at the timeout, ended the command. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Rejects only when the command cannot be started; its exit code is part of the result. */
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
  // A command that ends without reading its input breaks the pipe; the exit code tells the story.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    exit,
  ]);
  return { exitCode, stdout, stderr };
}

/** Like `runCommand`, but rejects with the command's own last words unless it exits with 0. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(command, args, options);
  if (exitCode === 0) return stdout;
  const end = exitCode === null ? 'was killed' : `exited with code ${exitCode}`;
  const lastWords = stderr.trim().split('\n').slice(-4).join(' ');
  throw new Error(`${[command, ...args].join(' ')} ${end}: ${lastWords}`);
}
