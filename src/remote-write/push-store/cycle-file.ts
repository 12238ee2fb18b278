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

import {
  type BatchRecord,
  type CycleRecord,
  decodeRecord,
  encodeRecord,
  HEAD_BYTES,
  readContentLength,
} from './cycle-records.ts';

/** A record and where it is in its file. */
export interface PlacedRecord {
  readonly record: CycleRecord;
  readonly offset: number;
}

/** One cycle in one file, which only grows. */
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

  /** @throws {Error} If it is there already, or cannot be written: then none is left behind. */
  static create(path: string, timestampMs: number): CycleFile {
    const { O_RDWR, O_CREAT, O_EXCL } = constants;
    // eslint-disable-next-line no-bitwise -- flags of open(2)
    const file = new CycleFile(path, openSync(path, O_RDWR | O_CREAT | O_EXCL, 0o600));
    try {
      file.append({ type: 'start', timestampMs, isPast: false });
    } catch (error) {
      file.remove();
      throw error;
    }
    return file;
  }

  /** @throws {Error} If it is not there, or cannot be written. */
  static open(path: string): CycleFile {
    return new CycleFile(path, openSync(path, 'r+'));
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }

  /**
   * Gives the place of the record.
   *
   * @throws {Error} If it could not be written whole; what was written of it is taken back.
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
   * Says in the place of its first record that a later cycle came. It takes no room, so that a full
   * disk is no reason not to.
   *
   * @throws {Error} If it could not be written.
   */
  markPast(timestampMs: number): void {
    write(this.#open(), encodeRecord({ type: 'start', timestampMs, isPast: true }), 0);
  }

  /**
   * Waits until the disk has all of it, also after a loss of power.
   *
   * @throws {Error} If the disk could not take it.
   */
  sync(): void {
    fsyncSync(this.#open());
  }

  /** All records up to the first that is torn or damaged; what is behind that one is cut off. */
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

  /** @throws {Error} If the batch at that place is not what was written there. */
  readBatch(offset: number): BatchRecord {
    const record = this.#readRecord(offset)?.record;
    if (record?.type === 'batch') return record;
    throw new Error(`${this.path} is damaged at byte ${offset}`);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** What is still read from it or written to it later fails. */
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

  /** Undefined if the file ends before. */
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
    if (this.#isRemoved) throw new Error(`${this.path} was given up to make room`);
    this.#descriptor ??= openSync(this.path, 'r+');
    return this.#descriptor;
  }
}

function write(descriptor: number, bytes: Buffer, offset: number): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, offset + written);
  }
}

/** Where it fails, the next record is written over what is left, or a reader stops there. */
function truncate(descriptor: number, size: number): void {
  try {
    ftruncateSync(descriptor, size);
  } catch {
    // The error of the write says more.
  }
}
