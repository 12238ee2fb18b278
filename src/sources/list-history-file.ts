import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import * as z from 'zod';

import { readStateFile } from '../state/read-state-file.ts';
import { replaceFile } from '../state/replace-file.ts';
import { type ListHistory, noHistory } from './list-history.ts';

/** Longer than any valid file. */
const MAX_BYTES = 65_536;

const counts = z.record(z.string(), z.number());
const File = z.object({
  version: z.literal(1),
  /** Identifies the source, so that its history is never used for another one. */
  origin: z.string(),
  listed: counts,
  shortSinceMs: counts,
});

export interface ListHistoryFileOptions {
  /** Without a path, the history lives until the process exits. */
  readonly path: string | undefined;
  readonly origin: string;
}

/** Keeps the history of lists between reads. */
export class ListHistoryFile {
  readonly #options: ListHistoryFileOptions;
  #history: ListHistory | undefined;

  constructor(options: ListHistoryFileOptions) {
    this.#options = options;
  }

  /** Treats an unusable file as missing: the next read then has nothing to compare with. */
  async load(): Promise<ListHistory> {
    this.#history ??= (await this.#read()) ?? noHistory;
    return this.#history;
  }

  /** Returns an error message if the file cannot be written. */
  async save(history: ListHistory): Promise<string | undefined> {
    this.#history = history;
    const { path, origin } = this.#options;
    if (path === undefined) return undefined;
    const file: z.infer<typeof File> = { version: 1, origin, ...history };
    try {
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, JSON.stringify(file));
      return undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return `cannot write ${path}, so the next run cannot detect missing files: ${reason}`;
    }
  }

  async #read(): Promise<ListHistory | undefined> {
    const { path, origin } = this.#options;
    if (path === undefined) return undefined;
    try {
      const text = String(await readStateFile(path));
      if (text.length > MAX_BYTES) return undefined;
      const { data } = File.safeParse(JSON.parse(text));
      if (data?.origin !== origin) return undefined;
      return { listed: data.listed, shortSinceMs: data.shortSinceMs };
    } catch {
      return undefined;
    }
  }
}
