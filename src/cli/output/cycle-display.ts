import type { Config } from '../../config/schema.ts';
import type { CycleObserver } from '../../cycle/run-cycle.ts';
import type { ReadProgress } from '../../sources/scan-source.ts';
import { isPretty, type Logger } from './logger.ts';
import { createProgressBar, noProgress } from './progress.ts';
import { SkipLog } from './skip-log.ts';

export type ReadAmount = Pick<ReadProgress, 'bytes' | 'changed'>;

/** Shows the progress of a cycle on a terminal, and logs what was skipped. */
export class CycleDisplay {
  readonly observer: CycleObserver;
  readonly #skipLog: SkipLog;
  readonly #progress;
  #read: ReadAmount = { bytes: 0 };

  constructor(
    { log: { format } }: Pick<Config, 'log'>,
    log: Logger,
    watch?: Pick<CycleObserver, 'inventory' | 'scan' | 'posture'>,
  ) {
    const isShown = process.stderr.isTTY && isPretty(format, process.stderr.isTTY);
    const progress = isShown ? createProgressBar() : noProgress;
    const skipLog = new SkipLog(log);
    this.#skipLog = skipLog;
    this.#progress = progress;
    this.observer = {
      progress: (state) => {
        this.#read = state;
        progress.update(state);
      },
      warn(message) {
        progress.stop();
        log.warn(message);
      },
      skipped(report) {
        progress.stop();
        skipLog.add(report);
      },
      inventory(inventory, cluster) {
        progress.stop();
        skipLog.flush();
        watch?.inventory(inventory, cluster);
      },
      scan: (scan) => watch?.scan(scan),
      posture: (scan) => watch?.posture?.(scan),
    };
  }

  /** Progress of the cycle so far. */
  get read(): ReadAmount {
    return this.#read;
  }

  end(): void {
    this.#progress.stop();
    this.#skipLog.flush();
  }
}
