import { type ChildProcess, spawn } from 'node:child_process';

import { vi } from 'vitest';

import { cliPath } from '../cli/run-cli.ts';

export interface AgentEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds from the first signal that was sent to the end. */
  readonly tookMs: number;
}

/** Longer than anything that a test waits for, on a machine that does much else. */
const PATIENCE_MS = 30_000;

/** The built agent as a child process that stays until a test ends it. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Omit<AgentEnd, 'tookMs'>>;
  #stderr = '';
  #stdout = '';
  #signalledMs: number | undefined;

  constructor(args: readonly string[]) {
    const env = { PATH: process.env['PATH'] };
    this.#child = spawn(process.execPath, [cliPath, 'agent', ...args], { env });
    this.#child.stderr?.on('data', (chunk: Buffer) => void (this.#stderr += chunk.toString()));
    this.#child.stdout?.on('data', (chunk: Buffer) => void (this.#stdout += chunk.toString()));
    this.#ended = new Promise((resolve) => {
      this.#child.on('close', (exitCode, signal) => resolve({ exitCode, signal }));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Lines of the log with this message. */
  logged(msg: string): Record<string, unknown>[] {
    return this.#stderr
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line): Record<string, unknown> => {
        const entry: unknown = JSON.parse(line);
        return typeof entry === 'object' && entry !== null ? { ...entry } : {};
      })
      .filter((entry) => entry['msg'] === msg);
  }

  /** Waits until the log has a line with this message, so many times. */
  async until(msg: string, times = 1): Promise<void> {
    await this.waitFor(() => this.logged(msg).length >= times, `the log says ${msg}`);
  }

  async waitFor(isTrue: () => boolean, what: string): Promise<void> {
    await vi.waitFor(
      () => {
        if (!isTrue()) throw new Error(`not within the time: ${what}\n${this.#stderr}`);
      },
      { timeout: PATIENCE_MS, interval: 20 },
    );
  }

  send(signal: NodeJS.Signals): void {
    this.#signalledMs ??= performance.now();
    this.#child.kill(signal);
  }

  async end(): Promise<AgentEnd> {
    const end = await this.#ended;
    return { ...end, tookMs: performance.now() - (this.#signalledMs ?? performance.now()) };
  }

  /** For the end of a test, whatever has become of it. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
