import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CycleFile } from '../../../src/remote-write/push-store/cycle-file.ts';
import type {
  BatchRecord,
  CycleRecord,
} from '../../../src/remote-write/push-store/cycle-records.ts';
import { decodeBody } from '../fake-receiver/decode-body.ts';
import type { DecodedSeries } from '../fake-receiver/decoded.ts';

/** Persisted samples, which must arrive. */
export interface Kept {
  readonly series: readonly DecodedSeries[];
  /** Samples that no receiver has acknowledged yet. */
  readonly waiting: readonly DecodedSeries[];
  readonly pendingBatches: number;
  readonly openCycles: number;
  readonly tornFiles: number;
}

/** Reads a copy of the files, because reading truncates torn files. */
export function readKept(stateDir: string): Kept {
  const copy = mkdtempSync(join(tmpdir(), 'kept-'));
  cpSync(stateDir, copy, { recursive: true });
  const files = readdirSync(copy, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.cycle'))
    .map((name) => readFile(join(copy, name)));
  rmSync(copy, { recursive: true });
  const batches = files.flatMap(({ records }) => batchesOf(records));
  const pending = files.flatMap(({ records }) => pendingOf(records));
  return {
    series: batches.flatMap(seriesOf),
    waiting: pending.flatMap(seriesOf),
    pendingBatches: pending.length,
    openCycles: files.filter(({ records }) => !records.some(({ type }) => type === 'commit'))
      .length,
    tornFiles: files.filter(({ isTorn }) => isTorn).length,
  };
}

function readFile(path: string): { records: CycleRecord[]; isTorn: boolean } {
  const file = CycleFile.open(path);
  const placed = file.records();
  const records: CycleRecord[] = [];
  for (;;) {
    const { done, value } = placed.next();
    if (done === true) {
      file.close();
      return { records, isTorn: value.isTorn };
    }
    records.push(value.record);
  }
}

/** Leaves out carried series, which are never sent with the timestamp of their cycle. */
function seriesOf({ kind, batch }: BatchRecord): readonly DecodedSeries[] {
  if (kind === 'carried') return [];
  const { series, violations } = decodeBody(Buffer.from(batch.body), batch.version);
  if (violations.length > 0) throw new Error(violations.join('\n'));
  return series;
}

function batchesOf(records: readonly CycleRecord[]): readonly BatchRecord[] {
  return records.filter((record) => record.type === 'batch');
}

function pendingOf(records: readonly CycleRecord[]): readonly BatchRecord[] {
  const acknowledged = new Set(
    records.flatMap((record) => (record.type === 'acknowledged' ? [record.index] : [])),
  );
  return batchesOf(records).filter((_, index) => !acknowledged.has(index));
}
