import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import { AccessError } from '../access-error.ts';
import { describeErrorCode } from '../error-code.ts';

/** Resolution of file timestamps. Two changes within this time may look the same. */
const SETTLED_NS = 2_000_000_000n;

/** Without this flag, opening a named pipe would block until another process writes to it. */
const NON_BLOCKING = constants.O_RDONLY | constants.O_NONBLOCK;

interface Version {
  readonly id: string;
  readonly content: string;
  /** Whether a later change is certain to have another timestamp. */
  readonly isSettled: boolean;
}

/**
 * A small file that may be replaced at any time, such as a projected token. Each use checks whether the file has
 * changed, and reads it again if so.
 */
export class ChangingFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #version: Version | undefined;

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** @throws {AccessError} The file is missing, too large, not a regular file, or not readable. */
  async read(): Promise<string> {
    try {
      return await this.#read();
    } catch (error) {
      if (error instanceof AccessError) throw error;
      throw new AccessError(`cannot read ${this.#path}${describeErrorCode(error)}`);
    }
  }

  async #read(): Promise<string> {
    // Uses the open handle, because the file may be replaced between checking and reading.
    const file = await open(this.#path, NON_BLOCKING);
    try {
      const stat = await file.stat({ bigint: true });
      if (!stat.isFile()) throw new AccessError(`${this.#path} is not a regular file`);
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
