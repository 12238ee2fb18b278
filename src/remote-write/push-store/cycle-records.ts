import { crc32 } from 'node:zlib';

import type { HashSeed } from '../series-hash/hash-seed.ts';
import type { ProtocolVersion } from '../wire/protocol.ts';
import type { BatchKind, NewBatch } from './cycle-store.ts';

/**
 * A record of a cycle file: length and CRC-32 of the content, four bytes each, little-endian, followed by
 * the content, whose first byte is the type. Records are appended, so a killed process leaves whole records
 * and at most one torn record at the end. Only the first record can be replaced, by one of the same length.
 */
export type CycleRecord =
  | StartRecord
  | BatchRecord
  | { readonly type: 'acknowledged'; readonly index: number }
  | { readonly type: 'commit' }
  | { readonly type: 'resent'; readonly timestampMs: number };

export interface StartRecord {
  readonly type: 'start';
  readonly timestampMs: number;
  /** Whether there was a later cycle, which may have no file. */
  readonly isOutdated: boolean;
  /** Seed of the hashes in the file. Absent in files of earlier versions, which used none. */
  readonly seed: HashSeed | undefined;
}

export interface BatchRecord extends NewBatch {
  readonly type: 'batch';
}

/** Increase when the format changes. Files of another format are discarded. */
const FORMAT = 1;

export const HEAD_BYTES = 8;

/**
 * A request has at most 30 MiB before compression. The hash adds 8 bytes per series, less than its labels.
 */
const MAX_CONTENT_BYTES = 64 * 2 ** 20;

/** Size of a batch record's content before the hashes and the body. */
const BATCH_HEAD_BYTES = 11;

const BYTES_PER_HALF = 4;

/** Position of the seed in the content of a start record. */
const SEED_AT = 10;

const START = 1;
const BATCH = 2;
const ACKNOWLEDGED = 3;
const COMMIT = 4;
const RESENT = 5;
const OUTDATED = 6;

const kinds: readonly BatchKind[] = ['results', 'carried', 'markers', 'self'];
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
    return encodeStart(record);
  }
  if (record.type === 'resent') return encodeTime([RESENT, 0], record.timestampMs);

  const content = Buffer.from([ACKNOWLEDGED, 0, 0, 0, 0]);
  content.writeUInt32LE(record.index, 1);
  return content;
}

function encodeStart({ isOutdated, timestampMs, seed }: StartRecord): Buffer {
  const start = encodeTime([isOutdated ? OUTDATED : START, FORMAT], timestampMs);
  if (seed === undefined) return start;
  const halves = Buffer.alloc(2 * BYTES_PER_HALF);
  halves.writeInt32LE(seed.high, 0);
  halves.writeInt32LE(seed.low, BYTES_PER_HALF);
  return Buffer.concat([start, halves]);
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

/** Returns the length of the content after this head, or undefined if the length is implausible. */
export function readContentLength(head: Buffer): number | undefined {
  const length = head.readUInt32LE(0);
  return length > 0 && length <= MAX_CONTENT_BYTES ? length : undefined;
}

/** Returns undefined if the bytes are damaged or of an unknown format. */
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
    case OUTDATED:
      return decodeStart(content);
    case BATCH:
      return decodeBatch(content);
    case ACKNOWLEDGED:
      return { type: 'acknowledged', index: content.readUInt32LE(1) };
    case COMMIT:
      return { type: 'commit' };
    case RESENT:
      return { type: 'resent', timestampMs: content.readDoubleLE(2) };
    default:
      return undefined;
  }
}

function decodeStart(content: Buffer): CycleRecord | undefined {
  if (content.readUInt8(1) !== FORMAT) return undefined;
  const isOutdated = content.readUInt8(0) === OUTDATED;
  const timestampMs = content.readDoubleLE(2);
  return { type: 'start', timestampMs, isOutdated, seed: decodeSeed(content.subarray(SEED_AT)) };
}

function decodeSeed(halves: Buffer): HashSeed | undefined {
  if (halves.length === 0) return undefined;
  return { high: halves.readInt32LE(0), low: halves.readInt32LE(BYTES_PER_HALF) };
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
