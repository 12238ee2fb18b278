import { SingleBar } from 'cli-progress';

import type { ReadProgress } from '../../sources/scan-source.ts';

export interface ProgressDisplay {
  update(progress: ReadProgress): void;
  /** Removes the bar, so that other output starts on a clean line. */
  stop(): void;
}

export const noProgress: ProgressDisplay = { update: () => undefined, stop: () => undefined };

const MIB = 2 ** 20;

/** A progress bar on stderr with the amount read and the estimated time left. */
export function createProgressBar(): ProgressDisplay {
  const bar = new SingleBar({
    format: 'reading {bar} {percentage}% | {amount} | {eta_formatted} left',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 20,
    etaBuffer: 100,
  });
  let started = false;
  return {
    update({ unit, done, total = 0, bytes }) {
      const amount =
        unit === 'images'
          ? `${done} of ${total} images, ${toMib(bytes)} MiB`
          : `${toMib(done)} of ${toMib(total)} MiB`;
      const payload = { amount };
      if (started) bar.update(done, payload);
      else bar.start(total, done, payload);
      started = true;
    },
    stop() {
      if (started) bar.stop();
      started = false;
    },
  };
}

function toMib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
