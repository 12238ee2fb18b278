import { writeFileSync } from 'node:fs';

import { Engine } from '../../../src/metrics/engine/engine.ts';
import { selectRows } from '../../../src/metrics/selection/select-rows.ts';
import type { Series } from '../../../src/metrics/series.ts';
import { createFilesSource } from '../../../src/sources/files/files-source.ts';
import { type ScanSource, SourceError } from '../../../src/sources/scan-source.ts';
import type { SkippedReport } from '../../../src/sources/skipped-report.ts';

export interface Outcome {
  /** The error that ended the run, unless it is an expected one. */
  readonly crash: unknown;
  /** Messages that are not one line about the file, and series whose values are not numbers. */
  readonly flaws: readonly unknown[];
}

export const fine: Outcome = { crash: undefined, flaws: [] };

const TIMEOUT_MS = 20_000;

/** Writes the file and runs a complete cycle over it. */
export async function readDocument(path: string, bytes: Buffer): Promise<Outcome> {
  writeFileSync(path, bytes);
  const skipped: SkippedReport[] = [];
  const source = createFilesSource({
    paths: [path],
    limits: { maxDocumentBytes: 2 ** 20, maxDepth: 100 },
  });
  let crash: unknown;
  let series: readonly Series[] = [];
  try {
    series = await render(source, skipped);
  } catch (error) {
    crash = error instanceof SourceError ? undefined : error;
  }
  const flaws = [
    ...skipped.filter(({ where }) => !where.includes(path)),
    ...skipped.filter(({ message }) => !/^[^\p{Cc}]{5,400}$/u.test(message)),
    ...series.filter(({ value }) => !Number.isFinite(value)),
  ];
  return { crash, flaws };
}

async function render(source: ScanSource, skipped: SkippedReport[]): Promise<Series[]> {
  const observer = {
    read: () => undefined,
    progress: () => undefined,
    warn: () => undefined,
    skipped: (report: SkippedReport) => void skipped.push(report),
  };
  const read = await source.read(observer, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const groups = ['vulnerabilities', 'scans', 'posture'] as const;
  const rows = selectRows({ groups: [...groups], prefix: '', custom: [] });
  const { inventory } = read;
  const engine = new Engine({ rows, cluster: 'c', inventory, maxLabelValueBytes: 64 });
  const series: Series[] = [];
  for await (const scan of read.scans()) series.push(...engine.add(scan));
  for await (const posture of read.postures()) engine.addPosture(posture);
  return [...series, ...engine.finish()];
}
