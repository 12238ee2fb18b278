import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import type { ExportedFile } from '../../export-manifest.ts';
import { STORAGE_GROUP } from '../storage-api.ts';
import { ExportWriteError } from './export-error.ts';

export interface ListFileOptions {
  readonly folder: string;
  readonly name: string;
  /** Kind of the objects. */
  readonly kind: string;
  readonly exportId: string;
}

/**
 * Writes a list of objects one by one, compressed. Waits for the disk, so that it needs little memory.
 */
export class ListFile {
  readonly #options: ListFileOptions;
  readonly #path: string;
  readonly #gzip = createGzip();
  readonly #digest = new Digest();
  readonly #written: Promise<void>;
  #objects = 0;

  constructor(options: ListFileOptions) {
    this.#options = options;
    this.#path = join(options.folder, options.name);
    const file = createWriteStream(this.#path, { mode: 0o600, flush: true });
    this.#written = pipeline(this.#gzip, this.#digest, file);
    // The next write awaits this promise. Until then, an error must not end the process.
    this.#written.catch(() => undefined);
    this.#gzip.on('error', () => undefined);
    const { kind, exportId } = options;
    const header = { kind: `${kind}List`, apiVersion: `${STORAGE_GROUP}/v1beta1` };
    const metadata = JSON.stringify({ export: exportId });
    this.#gzip.write(`${JSON.stringify(header).slice(0, -1)},"metadata":${metadata},"items":[`);
  }

  get objects(): number {
    return this.#objects;
  }

  /** @throws {ExportWriteError} The disk is full, or similar. */
  async add(object: unknown): Promise<void> {
    const separator = this.#objects === 0 ? '\n' : ',\n';
    this.#objects++;
    if (this.#gzip.write(`${separator}${JSON.stringify(object)}`)) return;
    const drained = new Promise<void>((resolve) => {
      this.#gzip.once('drain', resolve);
    });
    await this.#orFail(Promise.race([drained, this.#written]));
  }

  /** @throws {ExportWriteError} The disk is full, or similar. */
  async close(): Promise<ExportedFile> {
    this.#gzip.end('\n]}\n');
    await this.#orFail(this.#written);
    const { name, kind } = this.#options;
    const { bytes, sha256 } = this.#digest.result();
    return { name, kind, objects: this.#objects, bytes, sha256 };
  }

  /** Stops writing and removes the file. */
  async discard(): Promise<void> {
    this.#gzip.destroy();
    await this.#written.catch(() => undefined);
    await rm(this.#path, { force: true });
  }

  async #orFail(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ExportWriteError(`cannot write ${this.#path}: ${reason}`, { cause: error });
    }
  }
}

/** Passes bytes on, counts them and hashes them. */
class Digest extends Transform {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    done(null, chunk);
  }

  result(): { readonly bytes: number; readonly sha256: string } {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}
