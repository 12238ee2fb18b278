import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { mutate } from './mutate.ts';
import { readDocument } from './read-document.ts';

export interface FuzzFailure {
  readonly seed: string;
  readonly reason: string;
}

export interface FuzzResult {
  readonly failures: readonly FuzzFailure[];
  readonly slowestMs: number;
  /** By how many bytes the memory of the process grew. */
  readonly grownBytes: number;
}

/** Documents have at most a few megabytes, but the machine may be busy. */
const MAX_DOCUMENT_MS = 5000;

const MAX_GROWTH_BYTES = 256 * 2 ** 20;

/** Reads one changed document for each seed. */
export async function runFuzz(
  documents: readonly Buffer[],
  seeds: Iterable<string>,
  onDone: (seed: string) => void = () => undefined,
): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const failures: FuzzFailure[] = [];
  let slowestMs = 0;
  let grownBytes = 0;
  const firstRss = process.memoryUsage.rss();
  try {
    for (const seed of seeds) {
      const { bytes, ending } = mutate(documents, seed);
      const startMs = performance.now();
      const { crash, flaws } = await readDocument(join(folder, `document.${ending}`), bytes);
      const tookMs = performance.now() - startMs;
      slowestMs = Math.max(slowestMs, tookMs);
      grownBytes = Math.max(grownBytes, process.memoryUsage.rss() - firstRss);
      const reason = describe({ crash, flaws, tookMs, grownBytes });
      if (reason !== undefined) failures.push({ seed, reason });
      onDone(seed);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { failures, slowestMs, grownBytes };
}

interface Measured {
  readonly crash: unknown;
  readonly flaws: readonly unknown[];
  readonly tookMs: number;
  readonly grownBytes: number;
}

function describe({ crash, flaws, tookMs, grownBytes }: Measured): string | undefined {
  if (crash !== undefined) return `crashed: ${crash instanceof Error ? crash.stack : typeof crash}`;
  if (flaws.length > 0) return `flaws: ${JSON.stringify(flaws.slice(0, 3))}`;
  if (tookMs > MAX_DOCUMENT_MS) return `took ${Math.round(tookMs)} ms`;
  return grownBytes > MAX_GROWTH_BYTES ? `took ${grownBytes} bytes of memory` : undefined;
}
