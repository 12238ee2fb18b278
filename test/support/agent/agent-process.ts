import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { vi } from 'vitest';

import { cliPath } from '../cli/run-cli.ts';

export interface AgentEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Generous, because the machine may be busy. */
const TIMEOUT_MS = 25_000;

/** The built agent as a child process that runs until a test ends it. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<AgentEnd>;
  #stderr = '';
  #stdout = '';

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

  /** Log entries with this message. */
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

  /** Waits until the log contains this message that many times. */
  async until(msg: string, times = 1): Promise<void> {
    await this.waitFor(() => this.logged(msg).length >= times, `${times} × "${msg}" in the log`);
  }

  async waitFor(isTrue: () => boolean, what: string): Promise<void> {
    await vi.waitFor(
      () => {
        if (!isTrue()) throw new Error(`timed out waiting for ${what}\n${this.#stderr}`);
      },
      { timeout: TIMEOUT_MS, interval: 20 },
    );
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for the process to exit. */
  async end(): Promise<AgentEnd> {
    const limit = new AbortController();
    const late = sleep(TIMEOUT_MS, undefined, { signal: limit.signal }).then(() => {
      throw new Error(`timed out waiting for the agent to exit\n${this.#stderr}`);
    });
    try {
      return await Promise.race([this.#ended, late]);
    } finally {
      limit.abort();
    }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
