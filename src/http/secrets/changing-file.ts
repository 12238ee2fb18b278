import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import { AccessError } from '../access-error.ts';

/** File systems note changes in steps of up to some milliseconds; two changes may look like one. */
const SETTLED_NS = 2_000_000_000n;

/** Opening a named pipe would otherwise wait for somebody who writes to it. */
const NON_BLOCKING = constants.O_RDONLY | constants.O_NONBLOCK;

interface Version {
  readonly id: string;
  readonly content: string;
  /** Whether a later change is sure to look different. */
  readonly isSettled: boolean;
}

/**
 * A small file that somebody may replace at any time, as the kubelet does with projected tokens. It
 * is looked at on each use, and read again when it has changed.
 */
export class ChangingFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #version: Version | undefined;

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** @throws {AccessError} It is missing, too large, no regular file, or may not be read. */
  async read(): Promise<string> {
    try {
      return await this.#read();
    } catch (error) {
      if (error instanceof AccessError) throw error;
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
      throw new AccessError(`${this.#path} cannot be read${code}`);
    }
  }

  async #read(): Promise<string> {
    // By its open handle: between a look at the path and reading it, the file may be another one.
    const file = await open(this.#path, NON_BLOCKING);
    try {
      const stat = await file.stat({ bigint: true });
      if (!stat.isFile()) throw new AccessError(`${this.#path} is no file`);
      const { dev, ino, size, mtimeNs, ctimeNs } = stat;
      const id = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
      if (this.#version?.isSettled === true && this.#version.id === id) {
        return this.#version.content;
      }
      if (size > this.#maxBytes) {
        throw new AccessError(`${this.#path} is larger than ${this.#maxBytes} bytes`);
      }
      const isSettled = BigInt(Date.now()) * 1_000_000n - ctimeNs > SETTLED_NS;
      const buffer = Buffer.alloc(Number(size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      const content = buffer.toString('utf8', 0, bytesRead);
      this.#version = { id, content, isSettled };
      return content;
    } finally {
      await file.close();
    }
  }
}
