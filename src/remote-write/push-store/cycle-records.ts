import { crc32 } from 'node:zlib';

import type { ProtocolVersion } from '../wire/protocol.ts';
import type { BatchKind, NewBatch } from './cycle-store.ts';

/**
 * The records of a cycle's file: length and CRC-32 of the content, four bytes each, little-endian,
 * then the content, whose first byte is its type. A file only grows, so whatever ends a process
 * leaves whole records and at most one torn one behind them. Only its first record is ever replaced, by
 * one of the same length.
 */
export type CycleRecord =
  | StartRecord
  | BatchRecord
  | { readonly type: 'settled'; readonly index: number }
  | { readonly type: 'commit' }
  | { readonly type: 'repeated'; readonly timestampMs: number };

export interface StartRecord {
  readonly type: 'start';
  readonly timestampMs: number;
  /** Whether a later cycle came, of which there may be no file: it is written over the first record. */
  readonly isPast: boolean;
}

export interface BatchRecord extends NewBatch {
  readonly type: 'batch';
}

/** Goes up when the meaning of the bytes changes; another one is not read. */
const FORMAT = 1;

export const HEAD_BYTES = 8;

/**
 * A request is 30 MiB at most before compression, and has 8 bytes more for the hash of each series,
 * which take fewer than its labels do.
 */
const MAX_CONTENT_BYTES = 64 * 2 ** 20;

/** What comes before the hashes, and then the body, in the content of a batch. */
const BATCH_HEAD_BYTES = 11;

const BYTES_PER_HALF = 4;

const START = 1;
const BATCH = 2;
const SETTLED = 3;
const COMMIT = 4;
const REPEATED = 5;
const PAST = 6;

const kinds: readonly BatchKind[] = ['results', 'carried', 'markers', 'own'];
const versions: readonly ProtocolVersion[] = ['1.0', '2.0'];

export function encodeRecord(record: CycleRecord): Buffer {
  const content = encodeContent(record);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(content.length, 0);
  head.writeUInt32LE(crc32(content), 4);
  return Buffer.concat([head, content]);
}

function encodeContent(record: CycleRecord): Buffer {
  if (record.type === 'batch') return encodeBatch(record);
  if (record.type === 'commit') return Buffer.from([COMMIT]);
  if (record.type === 'start') {
    return encodeTime([record.isPast ? PAST : START, FORMAT], record.timestampMs);
  }
  if (record.type === 'repeated') return encodeTime([REPEATED, 0], record.timestampMs);

  const content = Buffer.from([SETTLED, 0, 0, 0, 0]);
  content.writeUInt32LE(record.index, 1);
  return content;
}

function encodeTime(head: readonly [number, number], timestampMs: number): Buffer {
  const content = Buffer.from([...head, 0, 0, 0, 0, 0, 0, 0, 0]);
  content.writeDoubleLE(timestampMs, 2);
  return content;
}

function encodeBatch({ kind, batch, hashes }: BatchRecord): Buffer {
  const { version, samples, body } = batch;
  const head = Buffer.alloc(BATCH_HEAD_BYTES + BYTES_PER_HALF * hashes.length);
  head.writeUInt8(BATCH, 0);
  head.writeUInt8(kinds.indexOf(kind), 1);
  head.writeUInt8(versions.indexOf(version), 2);
  head.writeUInt32LE(samples, 3);
  head.writeUInt32LE(hashes.length, 7);
  let at = BATCH_HEAD_BYTES;
  for (const half of hashes) at = head.writeUInt32LE(half, at);
  return Buffer.concat([head, body]);
}

/** The length of the content that follows a head, if such a record can be. */
export function readContentLength(head: Buffer): number | undefined {
  const length = head.readUInt32LE(0);
  return length > 0 && length <= MAX_CONTENT_BYTES ? length : undefined;
}

/** Undefined if the bytes are damaged, or of a version that is not known. */
export function decodeRecord(head: Buffer, content: Buffer): CycleRecord | undefined {
  if (crc32(content) !== head.readUInt32LE(4)) return undefined;
  try {
    return decodeContent(content);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function decodeContent(content: Buffer): CycleRecord | undefined {
  switch (content.readUInt8(0)) {
    case START:
    case PAST:
      return decodeStart(content);
    case BATCH:
      return decodeBatch(content);
    case SETTLED:
      return { type: 'settled', index: content.readUInt32LE(1) };
    case COMMIT:
      return { type: 'commit' };
    case REPEATED:
      return { type: 'repeated', timestampMs: content.readDoubleLE(2) };
    default:
      return undefined;
  }
}

function decodeStart(content: Buffer): CycleRecord | undefined {
  if (content.readUInt8(1) !== FORMAT) return undefined;
  const isPast = content.readUInt8(0) === PAST;
  return { type: 'start', timestampMs: content.readDoubleLE(2), isPast };
}

function decodeBatch(content: Buffer): CycleRecord | undefined {
  const kind = kinds[content.readUInt8(1)];
  const version = versions[content.readUInt8(2)];
  if (kind === undefined || version === undefined) return undefined;
  const samples = content.readUInt32LE(3);
  const bodyAt = BATCH_HEAD_BYTES + BYTES_PER_HALF * content.readUInt32LE(7);
  if (bodyAt > content.length) return undefined;
  const hashes = decodeHashes(content.subarray(BATCH_HEAD_BYTES, bodyAt));
  return {
    type: 'batch',
    kind,
    hashes,
    batch: { version, samples, body: content.subarray(bodyAt) },
  };
}

function decodeHashes(bytes: Buffer): Uint32Array {
  const hashes = new Uint32Array(bytes.length / BYTES_PER_HALF);
  for (let i = 0; i < hashes.length; i++) hashes[i] = bytes.readUInt32LE(BYTES_PER_HALF * i);
  return hashes;
}
