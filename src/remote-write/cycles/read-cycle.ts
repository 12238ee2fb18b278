import { CycleFile } from './cycle-file.ts';
import type { DiskBatch } from './disk-batch.ts';
import { DiskCycle } from './disk-cycle.ts';

export interface ReadCycleOptions {
  readonly onSettled: (cycle: DiskCycle) => void;
  /** Told in a sentence what was lost. */
  readonly onWarning: (message: string) => void;
}

/** Reads a cycle that an earlier process left; undefined if nothing in the file can be used. */
export function readCycle(path: string, options: ReadCycleOptions): DiskCycle | undefined {
  const file = CycleFile.open(path);
  const records = file.records();
  const first = records.next();
  if (first.done === true || first.value.record.type !== 'start') {
    file.remove();
    options.onWarning(`${path} is damaged or of another version, and was thrown away`);
    return undefined;
  }
  const cycle = new DiskCycle(
    { timestampMs: first.value.record.timestampMs, file },
    options.onSettled,
  );
  if (readBatches(cycle, records)) {
    options.onWarning(`${path} breaks off; what is before that point is used`);
  }
  file.close();
  return cycle;
}

/** Whether the file is torn. */
function readBatches(cycle: DiskCycle, records: ReturnType<CycleFile['records']>): boolean {
  const batches: DiskBatch[] = [];
  for (;;) {
    const { done, value } = records.next();
    if (done === true) return value.isTorn;
    const { record, offset } = value;
    if (record.type === 'batch') batches.push(cycle.place(record.kind, record, offset));
    else if (record.type === 'settled') batches[record.index]?.markSettled();
    else if (record.type === 'commit') cycle.isCommitted = true;
  }
}
