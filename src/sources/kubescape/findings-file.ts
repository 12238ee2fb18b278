import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import * as z from 'zod';

import { readStateFile } from '../../state/read-state-file.ts';
import { replaceFile } from '../../state/replace-file.ts';
import type { ListHistory } from '../list-history.ts';
import { type CachedScan, FindingsCache } from './findings-cache.ts';

/** Increase with every change to the format or to the meaning of its content. */
const VERSION = 8;
const MAGIC = Buffer.from(`kubescape-push findings ${VERSION}\n`);
const HASH_BYTES = 32;
const LENGTH_BYTES = 4;
const WORD_BYTES = 4;

/** A custom check, because Zod takes too long to check tens of thousands of strings one by one. */
const Texts = z.custom<string[]>(
  (value) => Array.isArray(value) && value.every((text) => typeof text === 'string'),
);

const ScanRecord = z.object({
  name: z.string(),
  changeKey: z.string(),
  databaseBuiltAtSeconds: z.number().optional(),
  unknownSeverities: z.int().nonnegative(),
  /** Number of 32-bit words that the findings occupy. */
  words: z.int().nonnegative(),
});

/**
 * JSON that follows the magic bytes, a hash, and the length of the JSON. 32-bit words come after it:
 * the findings of the store, then the stored findings of each scan.
 */
const Head = z.object({
  /** API server and namespace that the findings were read from. */
  origin: z.string(),
  /** Lengths of earlier lists, to detect truncated ones. */
  lists: z.object({
    listed: z.record(z.string(), z.number()),
    shortSinceMs: z.record(z.string(), z.number()),
  }),
  strings: Texts,
  storeWords: z.int().nonnegative(),
  scans: z.array(ScanRecord),
});
type Head = z.infer<typeof Head>;

/** State that a run stores for the next one. */
export interface SourceState {
  readonly cache: FindingsCache;
  readonly lists: ListHistory;
}

export type LoadedState =
  | { readonly status: 'loaded'; readonly state: SourceState }
  | { readonly status: 'none' }
  | { readonly status: 'unusable'; readonly message: string };

/** Reads the file. Never fails: without state, the source reads everything again. */
export async function loadState(path: string, origin: string): Promise<LoadedState> {
  try {
    return decode(await readStateFile(path), origin);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { status: 'none' };
    }
    return { status: 'unusable', message: firstLineOf(error) };
  }
}

/** @throws {Error} The file cannot be written. The old file remains. */
export async function saveState(path: string, origin: string, state: SourceState): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, encode(origin, state));
}

function decode(bytes: Buffer, origin: string): LoadedState {
  const body = bytes.subarray(MAGIC.length + HASH_BYTES);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    return { status: 'unusable', message: 'written by another version' };
  }
  if (!hashOf(body).equals(bytes.subarray(MAGIC.length, MAGIC.length + HASH_BYTES))) {
    return { status: 'unusable', message: 'wrong checksum' };
  }
  const headEnd = LENGTH_BYTES + body.readUInt32LE(0);
  const head = Head.parse(JSON.parse(body.toString('utf8', LENGTH_BYTES, headEnd)));
  if (head.origin !== origin) {
    return { status: 'unusable', message: 'it belongs to another cluster' };
  }
  const words = toWords(body.subarray(headEnd));
  const store = { strings: head.strings, words: words.subarray(0, head.storeWords) };
  const scans = toScans(head.scans, words.subarray(head.storeWords));
  return {
    status: 'loaded',
    state: { cache: FindingsCache.from({ store, scans }), lists: head.lists },
  };
}

function toScans(records: Head['scans'], findings: Uint32Array): ReadonlyMap<string, CachedScan> {
  const scans = new Map<string, CachedScan>();
  let start = 0;
  for (const { name, words, databaseBuiltAtSeconds, ...scan } of records) {
    const end = start + words;
    scans.set(name, { ...scan, databaseBuiltAtSeconds, findings: findings.subarray(start, end) });
    start = end;
  }
  return scans;
}

/** Copies the bytes if they are not aligned, because a typed array must start at a word boundary. */
function toWords(bytes: Buffer): Uint32Array {
  const isAligned = bytes.byteOffset % WORD_BYTES === 0;
  const { buffer, byteOffset, length } = isAligned ? bytes : new Uint8Array(bytes);
  return new Uint32Array(buffer, byteOffset, Math.floor(length / WORD_BYTES));
}

function encode(origin: string, { cache, lists }: SourceState): Buffer {
  const { store, scans } = cache.entries();
  const head: Head = {
    origin,
    lists,
    strings: [...store.strings],
    storeWords: store.words.length,
    scans: Array.from(scans, ([name, { findings, ...scan }]) => ({
      name,
      ...scan,
      words: findings.length,
    })),
  };
  const json = pad(Buffer.from(JSON.stringify(head)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  const findings = Array.from(scans.values(), (scan) => scan.findings);
  const words = [store.words, ...findings].map(bytesOf);
  const file = Buffer.concat([MAGIC, Buffer.alloc(HASH_BYTES), length, json, ...words]);
  hashOf(file.subarray(MAGIC.length + HASH_BYTES)).copy(file, MAGIC.length);
  return file;
}

/** Appends spaces, which JSON ignores, so that the words after the JSON are aligned in the file. */
function pad(json: Buffer): Buffer {
  const before = MAGIC.length + HASH_BYTES + LENGTH_BYTES + json.length;
  return Buffer.concat([json, Buffer.alloc(-before & (WORD_BYTES - 1), ' ')]);
}

function bytesOf({ buffer, byteOffset, length }: Uint32Array): Buffer {
  return Buffer.from(buffer, byteOffset, length * WORD_BYTES);
}

function hashOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function firstLineOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line;
}
