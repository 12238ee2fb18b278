import { CycleFile } from './cycle-file.ts';
import { DiskCycle, type DiskCycleOptions } from './disk-cycle.ts';

export interface ReadCycleOptions extends Pick<DiskCycleOptions, 'number' | 'onSettled'> {
  /** Told in a sentence what was lost. */
  readonly onWarning: (message: string) => void;
}

/**
 * Reads a cycle that an earlier process left; undefined if nothing in the file can be used.
 *
 * @throws {Error} If the file cannot be opened.
 */
export function readCycle(path: string, options: ReadCycleOptions): DiskCycle | undefined {
  const file = CycleFile.open(path);
  const records = file.records();
  const first = records.next();
  if (first.done === true || first.value.record.type !== 'start') {
    const isEmpty = first.done === true && !first.value.isTorn;
    const reason = isEmpty ? 'empty' : 'damaged or of another version';
    options.onWarning(`${path} is ${reason}, and was thrown away`);
    file.remove();
    return undefined;
  }
  const { timestampMs, isPast } = first.value.record;
  const cycle = new DiskCycle({ ...options, timestampMs, file });
  cycle.isPast = isPast;
  if (readBatches(cycle, records)) {
    options.onWarning(`${path} breaks off; what is before that point is used`);
  }
  file.close();
  return cycle;
}

/** Whether the file is torn. */
function readBatches(cycle: DiskCycle, records: ReturnType<CycleFile['records']>): boolean {
  for (;;) {
    const { done, value } = records.next();
    if (done === true) return value.isTorn;
    const { record, offset } = value;
    if (record.type === 'batch') {
      cycle.place({ kind: record.kind, samples: record.batch.samples, offset });
    } else if (record.type === 'settled') cycle.markSettled(record.index);
    else if (record.type === 'commit') cycle.isCommitted = true;
    else cycle.latestMs = Math.max(cycle.latestMs, record.timestampMs);
  }
}
