import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CycleFile } from '../../../src/remote-write/cycles/cycle-file.ts';
import type { CycleRecord } from '../../../src/remote-write/cycles/cycle-records.ts';
import { decodeBody } from '../fake-receiver/decode-body.ts';
import type { DecodedSeries } from '../fake-receiver/decoded.ts';

/** What is on disk for receivers, and so is promised to arrive. */
export interface Kept {
  readonly series: readonly DecodedSeries[];
  readonly unsettledBatches: number;
  readonly openCycles: number;
  readonly tornFiles: number;
}

/** Reads a copy of the files, because reading cuts off what is torn. */
export function readKept(stateDir: string): Kept {
  const copy = mkdtempSync(join(tmpdir(), 'kept-'));
  cpSync(stateDir, copy, { recursive: true });
  const files = readdirSync(copy, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.cycle'))
    .map((name) => readFile(join(copy, name)));
  rmSync(copy, { recursive: true });
  return {
    series: files.flatMap(({ records }) => records.flatMap(seriesOf)),
    unsettledBatches: files.reduce((sum, { records }) => sum + countUnsettled(records), 0),
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

/** Carried series are only remembered: they are not for sending at the time of their cycle. */
function seriesOf(record: CycleRecord): readonly DecodedSeries[] {
  if (record.type !== 'batch' || record.kind === 'carried') return [];
  const { series, violations } = decodeBody(Buffer.from(record.batch.body), record.batch.version);
  if (violations.length > 0) throw new Error(violations.join('\n'));
  return series;
}

function countUnsettled(records: readonly CycleRecord[]): number {
  const batches = records.filter(({ type }) => type === 'batch').length;
  return batches - records.filter(({ type }) => type === 'settled').length;
}
