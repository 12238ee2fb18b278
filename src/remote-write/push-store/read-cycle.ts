import { CycleFile } from './cycle-file.ts';
import { DiskCycle, type DiskCycleOptions } from './disk-cycle.ts';

export interface ReadCycleOptions extends Pick<DiskCycleOptions, 'number' | 'onAcknowledged'> {
  readonly onWarning: (message: string) => void;
}

/**
 * Reads a cycle of an earlier process. If the file is unusable, removes it and returns undefined.
 *
 * @throws {Error} The file cannot be opened.
 */
export function readCycle(path: string, options: ReadCycleOptions): DiskCycle | undefined {
  const file = CycleFile.open(path);
  const records = file.records();
  const first = records.next();
  if (first.done === true || first.value.record.type !== 'start') {
    const isEmpty = first.done === true && !first.value.isTorn;
    const reason = isEmpty ? 'empty' : 'damaged or from another version';
    options.onWarning(`discarded ${path}, which is ${reason}`);
    file.remove();
    return undefined;
  }
  const { timestampMs, isOutdated, seed } = first.value.record;
  const cycle = new DiskCycle({ ...options, timestampMs, seed, file });
  cycle.isOutdated = isOutdated;
  if (readBatches(cycle, records)) {
    options.onWarning(`${path} is truncated; the records before that point are used`);
  }
  file.close();
  return cycle;
}

/** Returns whether the file ends in a torn record. */
function readBatches(cycle: DiskCycle, records: ReturnType<CycleFile['records']>): boolean {
  for (;;) {
    const { done, value } = records.next();
    if (done === true) return value.isTorn;
    const { record, offset } = value;
    if (record.type === 'batch') {
      cycle.place({ kind: record.kind, samples: record.batch.samples, offset });
    } else if (record.type === 'acknowledged') cycle.markAcknowledged(record.index);
    else if (record.type === 'commit') cycle.isCommitted = true;
    else cycle.latestMs = Math.max(cycle.latestMs, record.timestampMs);
  }
}
