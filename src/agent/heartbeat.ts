import { readFile, rm } from 'node:fs/promises';

import { replaceFile } from '../state/replace-file.ts';

/** What the agent leaves in a file for probes. Times are in milliseconds since the Unix epoch. */
export interface Heartbeat {
  readonly pid: number;
  /** When the loop last looked at the clock. */
  readonly turnMs: number;
  /** When the last cycle that could read its source began; absent before the first one. */
  readonly lastReadMs?: number;
  readonly nextCycleMs: number;
  /** Milliseconds: the longest pause between two scheduled cycles. */
  readonly intervalMs: number;
}

/** Keeps the file up to date. One write at a time; what comes in the meantime is one more. */
export class HeartbeatFile {
  readonly #path: string;
  readonly #onError: (reason: string) => void;
  #writing: Promise<void> | undefined;
  #next: Heartbeat | undefined;
  #hasFailed = false;
  #isClosed = false;

  /** @param onError Called for the first failure of a row. */
  constructor(path: string, onError: (reason: string) => void) {
    this.#path = path;
    this.#onError = onError;
  }

  beat(heartbeat: Heartbeat): void {
    if (this.#isClosed) return;
    this.#next = heartbeat;
    this.#writing ??= this.#write();
  }

  /** Removes the file: an agent that was stopped is not alive. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    await rm(this.#path, { force: true }).catch(() => undefined);
  }

  async #write(): Promise<void> {
    while (this.#next !== undefined) {
      const text = JSON.stringify(this.#next);
      this.#next = undefined;
      await this.#replace(text);
    }
    this.#writing = undefined;
  }

  async #replace(text: string): Promise<void> {
    try {
      await replaceFile(this.#path, text);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#onError(error instanceof Error ? error.message : String(error));
      this.#hasFailed = true;
    }
  }
}

/** A few numbers; whatever is longer is another file. */
const MAX_BYTES = 4096;

/**
 * @throws {Error} There is none, or it is something else.
 */
export async function readHeartbeat(path: string): Promise<Heartbeat> {
  const text = await readFile(path, 'utf8');
  const value: unknown = text.length > MAX_BYTES ? undefined : JSON.parse(text);
  if (!isHeartbeat(value)) throw new Error('it is no heartbeat of an agent');
  return value;
}

function isHeartbeat(value: unknown): value is Heartbeat {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const required = ['pid', 'turnMs', 'nextCycleMs', 'intervalMs'];
  return required.every((name) => Number.isFinite(fields.get(name)));
}
