import {
  closeSync,
  constants,
  fsyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';

import type { HashSeed } from '../series-hash/hash-seed.ts';
import {
  type BatchRecord,
  type CycleRecord,
  decodeRecord,
  encodeRecord,
  HEAD_BYTES,
  readContentLength,
  type StartRecord,
} from './cycle-records.ts';

/** A record with its offset in the file. */
export interface PlacedRecord {
  readonly record: CycleRecord;
  readonly offset: number;
}

/** The append-only file of one cycle. */
export class CycleFile {
  readonly path: string;
  #descriptor: number | undefined;
  #size: number;
  #isRemoved = false;

  private constructor(path: string, descriptor: number) {
    this.path = path;
    this.#descriptor = descriptor;
    this.#size = fstatSync(descriptor).size;
  }

  /** @throws {Error} The file exists already or cannot be written. Then no file is left behind. */
  static create(path: string, timestampMs: number, seed: HashSeed): CycleFile {
    const { O_RDWR, O_CREAT, O_EXCL } = constants;
    // eslint-disable-next-line no-bitwise -- flags of open(2)
    const file = new CycleFile(path, openSync(path, O_RDWR | O_CREAT | O_EXCL, 0o600));
    try {
      file.append({ type: 'start', timestampMs, isOutdated: false, seed });
    } catch (error) {
      file.remove();
      throw error;
    }
    return file;
  }

  /** @throws {Error} The file does not exist or cannot be written. */
  static open(path: string): CycleFile {
    return new CycleFile(path, openWithoutLinks(path));
  }

  /** Size of the file in bytes. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends a record and returns its offset.
   *
   * @throws {Error} The record could not be written. A partial record is removed again.
   */
  append(record: CycleRecord): number {
    const bytes = encodeRecord(record);
    const offset = this.#size;
    const descriptor = this.#open();
    try {
      write(descriptor, bytes, offset);
    } catch (error) {
      truncate(descriptor, offset);
      throw error;
    }
    this.#size += bytes.length;
    return offset;
  }

  /**
   * Marks the cycle as outdated by overwriting its first record, which works even on a full disk.
   *
   * @throws {Error} The record could not be written.
   */
  markOutdated({ timestampMs, seed }: Pick<StartRecord, 'timestampMs' | 'seed'>): void {
    const record = encodeRecord({ type: 'start', timestampMs, isOutdated: true, seed });
    write(this.#open(), record, 0);
  }

  /**
   * Flushes the file to disk, so that its content survives a power failure.
   *
   * @throws {Error} The disk failed.
   */
  sync(): void {
    fsyncSync(this.#open());
  }

  /** Yields all records up to the first torn or damaged one. Truncates the file there. */
  *records(): Generator<PlacedRecord, { readonly isTorn: boolean }> {
    let offset = 0;
    while (offset < this.#size) {
      const read = this.#readRecord(offset);
      if (read === undefined) {
        ftruncateSync(this.#open(), offset);
        this.#size = offset;
        return { isTorn: true };
      }
      yield { record: read.record, offset };
      offset += read.bytes;
    }
    return { isTorn: false };
  }

  /** @throws {Error} The record at this offset is damaged. */
  readBatch(offset: number): BatchRecord {
    const record = this.#readRecord(offset)?.record;
    if (record?.type === 'batch') return record;
    throw new Error(`${this.path} is damaged at byte ${offset}`);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Removes the file. Later reads and writes throw. */
  remove(): void {
    this.close();
    this.#isRemoved = true;
    rmSync(this.path, { force: true });
  }

  #readRecord(
    offset: number,
  ): { readonly record: CycleRecord; readonly bytes: number } | undefined {
    const head = this.#read(offset, HEAD_BYTES);
    const length = head && readContentLength(head);
    if (head === undefined || length === undefined) return undefined;
    const content = this.#read(offset + HEAD_BYTES, length);
    const record = content && decodeRecord(head, content);
    return record && { record, bytes: HEAD_BYTES + length };
  }

  /** Returns undefined if the file is too short. */
  #read(offset: number, length: number): Buffer | undefined {
    if (offset + length > this.#size) return undefined;
    const bytes = Buffer.alloc(length);
    const descriptor = this.#open();
    for (let at = 0; at < length;) {
      const count = readSync(descriptor, bytes, at, length - at, offset + at);
      if (count === 0) return undefined;
      at += count;
    }
    return bytes;
  }

  #open(): number {
    if (this.#isRemoved) throw new Error(`${this.path} was removed to make room`);
    this.#descriptor ??= openWithoutLinks(this.path);
    return this.#descriptor;
  }
}

/** Others may be able to write to the folder. */
function openWithoutLinks(path: string): number {
  const { O_RDWR, O_NOFOLLOW } = constants;
  // eslint-disable-next-line no-bitwise -- flags of open(2)
  return openSync(path, O_RDWR | O_NOFOLLOW);
}

function write(descriptor: number, bytes: Buffer, offset: number): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, offset + written);
  }
}

/** Removes a partial record. If this fails, the next record overwrites it, or readers stop there. */
function truncate(descriptor: number, size: number): void {
  try {
    ftruncateSync(descriptor, size);
  } catch {
    // The caller throws the write error, which is more informative.
  }
}
