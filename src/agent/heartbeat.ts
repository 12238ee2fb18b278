import { readFile, rm } from 'node:fs/promises';

import { replaceFile } from '../state/replace-file.ts';

/** State of the agent for probes. Times are milliseconds since the Unix epoch. */
export interface Heartbeat {
  readonly pid: number;
  /** Last turn of the loop. */
  readonly turnMs: number;
  /** Start of the last cycle that could read its source. Absent before the first one. */
  readonly lastReadMs?: number;
  /** Last time that a receiver accepted samples. Null before the first time, absent in older versions. */
  readonly lastDeliveryMs?: number | null | undefined;
  readonly nextCycleMs: number;
  /** Longest pause between two scheduled cycles, in milliseconds. */
  readonly intervalMs: number;
}

/** Writes the heartbeat file. Heartbeats during a write are combined into one more write. */
export class HeartbeatFile {
  readonly #path: string;
  readonly #onError: (reason: string) => void;
  #writing: Promise<void> | undefined;
  #next: Heartbeat | undefined;
  #hasFailed = false;
  #isClosed = false;

  /** @param onError Called for the first of several consecutive failures. */
  constructor(path: string, onError: (reason: string) => void) {
    this.#path = path;
    this.#onError = onError;
  }

  beat(heartbeat: Heartbeat): void {
    if (this.#isClosed) return;
    this.#next = heartbeat;
    this.#writing ??= this.#write();
  }

  /** Removes the file, because a stopped agent is not alive. */
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

/** A larger file is not a heartbeat. */
const MAX_BYTES = 4096;

/** @throws {Error} The file cannot be read or is not a heartbeat. */
export async function readHeartbeat(path: string): Promise<Heartbeat> {
  const text = await readFile(path, 'utf8');
  const value: unknown = text.length > MAX_BYTES ? undefined : JSON.parse(text);
  if (!isHeartbeat(value)) throw new Error('the file is not a heartbeat of an agent');
  return value;
}

function isHeartbeat(value: unknown): value is Heartbeat {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const required = ['pid', 'turnMs', 'nextCycleMs', 'intervalMs'];
  return required.every((name) => Number.isFinite(fields.get(name)));
}
