import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import * as z from 'zod';

import { FindingsCache } from './findings-cache.ts';
import { readScanRecord, SCAN_TEXTS, withFindings, writeScan } from './kept-scans.ts';
import type { KnownItem, KnownList } from './known-items.ts';
import {
  type KnownLists,
  MANIFEST_TEXTS,
  readManifestRecord,
  readSummaryRecord,
  SUMMARY_TEXTS,
  writeManifest,
  writeSummary,
} from './known-lists.ts';
import { readPages, writePages } from './known-pages.ts';
import { temporaryPath } from './state-leftovers.ts';
import { readRecords, type TextAt, TextTable } from './text-records.ts';

/** Grows with every change of what is kept or of what it means. */
const VERSION = 6;
const MAGIC = Buffer.from(`kubescape-push findings ${VERSION}\n`);
const HASH_BYTES = 32;
const LENGTH_BYTES = 4;
const WORD_BYTES = 4;

/** Tens of thousands of texts: looked at one by one by a schema, they would take longer than all else. */
const Texts = z.custom<string[]>(
  (value) => Array.isArray(value) && value.every((text) => typeof text === 'string'),
);

/** What the file says before the findings themselves. */
const Head = z.object({
  /** The cluster and the server that the findings are of. */
  origin: z.string(),
  /** Objects in the lists of the last run: a list that shrinks at once is not believed. */
  listed: z.record(z.string(), z.number()),
  strings: Texts,
  /** Texts of what the lists said. */
  texts: Texts,
  /** Words behind the head: those of the store, of what the lists said, and of each scan. */
  storeWords: z.int().nonnegative(),
  summaryWords: z.int().nonnegative(),
  summaryPageWords: z.int().nonnegative(),
  manifestWords: z.int().nonnegative(),
  manifestPageWords: z.int().nonnegative(),
  scanWords: z.int().nonnegative(),
});

type Head = z.infer<typeof Head>;

/** What one run leaves for the next one. */
export interface SourceState {
  readonly cache: FindingsCache;
  readonly listed: Readonly<Record<string, number>>;
  readonly lists: KnownLists;
}

export type LoadedState =
  | { readonly status: 'loaded'; readonly state: SourceState }
  | { readonly status: 'none' }
  /** It was there and could not be trusted; why. */
  | { readonly status: 'damaged'; readonly message: string };

/** The file in a state directory; each shard has its own. */
export function cachePath(stateDir: string, shard: string): string {
  return join(stateDir, `findings${shard === '' ? '' : `-${shard}`}.bin`);
}

/** Reads the file. Whatever is wrong with it, the answer is to do without. */
export async function loadState(path: string, origin: string): Promise<LoadedState> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing ? { status: 'none' } : { status: 'damaged', message: reasonOf(error) };
  }
  try {
    return decode(bytes, origin);
  } catch (error) {
    return { status: 'damaged', message: reasonOf(error) };
  }
}

function decode(bytes: Buffer, origin: string): LoadedState {
  const body = bytes.subarray(MAGIC.length + HASH_BYTES);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    return { status: 'damaged', message: 'it is of another version' };
  }
  if (!hashOf(body).equals(bytes.subarray(MAGIC.length, MAGIC.length + HASH_BYTES))) {
    return { status: 'damaged', message: 'its checksum does not fit' };
  }
  const headBytes = body.readUInt32LE(0);
  const json: unknown = JSON.parse(body.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + headBytes));
  const head = Head.parse(json);
  if (head.origin !== origin) return { status: 'damaged', message: 'it is of another cluster' };
  const { take, rest } = cutWords(body.subarray(LENGTH_BYTES + headBytes));
  const store = { strings: head.strings, words: take(head.storeWords) };
  const { texts } = head;
  function readList<Value>(
    counts: { readonly words: number; readonly pageWords: number; readonly width: number },
    read: (textAt: TextAt) => KnownItem<Value>,
  ): KnownList<Value> {
    const items = readRecords(take(counts.words), { texts, width: counts.width }, read);
    return { items, pages: readPages(take(counts.pageWords), texts, items) };
  }
  const lists = {
    summaries: readList(
      { words: head.summaryWords, pageWords: head.summaryPageWords, width: SUMMARY_TEXTS },
      readSummaryRecord,
    ),
    manifests: readList(
      { words: head.manifestWords, pageWords: head.manifestPageWords, width: MANIFEST_TEXTS },
      readManifestRecord,
    ),
  };
  const kept = readRecords(take(head.scanWords), { texts, width: SCAN_TEXTS }, readScanRecord);
  const cache = FindingsCache.of({ store, scans: withFindings(kept, rest()) });
  return { status: 'loaded', state: { cache, listed: head.listed, lists } };
}

function cutWords(bytes: Buffer) {
  const words = toWords(bytes);
  let start = 0;
  return {
    take: (count: number) => words.subarray(start, (start += count)),
    rest: () => words.subarray(start),
  };
}

/** A typed array must begin at a multiple of its word. */
function toWords(bytes: Buffer): Uint32Array {
  const isAligned = bytes.byteOffset % WORD_BYTES === 0;
  const { buffer, byteOffset, length } = isAligned ? bytes : new Uint8Array(bytes);
  return new Uint32Array(buffer, byteOffset, Math.floor(length / WORD_BYTES));
}

/** Writes the file so that a crash at any moment leaves the old one or the new one. */
export async function saveState(path: string, origin: string, state: SourceState): Promise<void> {
  const content = encode(origin, state);
  const temporary = temporaryPath(path);
  await mkdir(join(path, '..'), { recursive: true });
  try {
    // Whatever is there under that name, be it a link, may be of somebody else.
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function encode(origin: string, { cache, listed, lists: said }: SourceState): Buffer {
  const { store, scans } = cache.entries();
  const table = new TextTable();
  const summaries = table.write(said.summaries.items.map(writeSummary));
  const summaryPages = writePages(said.summaries, table);
  const manifests = table.write(said.manifests.items.map(writeManifest));
  const manifestPages = writePages(said.manifests, table);
  const kept = table.write(Array.from(scans, writeScan));
  const head: Head = {
    origin,
    listed,
    strings: [...store.strings],
    texts: table.texts,
    storeWords: store.words.length,
    summaryWords: summaries.length,
    summaryPageWords: summaryPages.length,
    manifestWords: manifests.length,
    manifestPageWords: manifestPages.length,
    scanWords: kept.length,
  };
  const json = pad(Buffer.from(JSON.stringify(head)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  const findings = Array.from(scans.values(), (scan) => scan.findings);
  const lists = [summaries, summaryPages, manifests, manifestPages];
  const words = [store.words, ...lists, kept, ...findings].map(bytesOf);
  const file = Buffer.concat([MAGIC, Buffer.alloc(HASH_BYTES), length, json, ...words]);
  hashOf(file.subarray(MAGIC.length + HASH_BYTES)).copy(file, MAGIC.length);
  return file;
}

/** With spaces, which are nothing to JSON, so that the words behind it begin where words may. */
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

function reasonOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line;
}
