import { crc32 } from 'node:zlib';

import type { Batch } from '../batch.ts';
import type { ProtocolVersion } from '../wire/protocol.ts';
import type { BatchKind } from './cycle-store.ts';

/**
 * The records of a cycle's file: length and CRC-32 of the content, four bytes each, little-endian,
 * then the content, whose first byte is its type. A file only grows, so whatever ends a process
 * leaves whole records and at most one torn one behind them.
 */
export type CycleRecord =
  | { readonly type: 'start'; readonly timestampMs: number }
  | ({ readonly type: 'batch'; readonly kind: BatchKind } & Batch)
  | { readonly type: 'settled'; readonly index: number }
  | { readonly type: 'commit' };

/** Goes up when the meaning of the bytes changes; another one is not read. */
const FORMAT = 1;

export const HEAD_BYTES = 8;

/** A request is 30 MiB at most before compression. */
const MAX_CONTENT_BYTES = 64 * 2 ** 20;

/** Where the body begins in the content of a batch. */
export const BATCH_HEAD_BYTES = 7;

const START = 1;
const BATCH = 2;
const SETTLED = 3;
const COMMIT = 4;

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
  if (record.type === 'batch') {
    const head = Buffer.from([BATCH, kinds.indexOf(record.kind), 0, 0, 0, 0, 0]);
    head.writeUInt8(versions.indexOf(record.version), 2);
    head.writeUInt32LE(record.samples, 3);
    return Buffer.concat([head, record.body]);
  }
  if (record.type === 'settled') {
    const content = Buffer.from([SETTLED, 0, 0, 0, 0]);
    content.writeUInt32LE(record.index, 1);
    return content;
  }
  if (record.type === 'commit') return Buffer.from([COMMIT]);

  const content = Buffer.from([START, FORMAT, 0, 0, 0, 0, 0, 0, 0, 0]);
  content.writeDoubleLE(record.timestampMs, 2);
  return content;
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
      if (content.readUInt8(1) !== FORMAT) return undefined;
      return { type: 'start', timestampMs: content.readDoubleLE(2) };
    case BATCH:
      return decodeBatch(content);
    case SETTLED:
      return { type: 'settled', index: content.readUInt32LE(1) };
    case COMMIT:
      return { type: 'commit' };
    default:
      return undefined;
  }
}

function decodeBatch(content: Buffer): CycleRecord | undefined {
  const kind = kinds[content.readUInt8(1)];
  const version = versions[content.readUInt8(2)];
  if (kind === undefined || version === undefined) return undefined;
  const samples = content.readUInt32LE(3);
  return { type: 'batch', kind, version, samples, body: content.subarray(BATCH_HEAD_BYTES) };
}
