import type { ImageScan, ScanInventory } from '../model/image-scan.ts';
import type { SkippedReport } from './skipped-report.ts';

/** How far a source is. Totals are absent while they are not known. */
export interface ReadProgress {
  readonly phase: 'reading' | 'counting';
  readonly done: number;
  readonly total?: number;
  /** Bytes of scan results read so far, before decompression. */
  readonly bytes: number;
}

/** Told of everything that happens while a source is read. */
export interface ReadObserver {
  /** One report was read and understood. */
  read(): void;
  /** One report, or `count` alike ones, could not be used. */
  skipped(report: SkippedReport): void;
  progress(progress: ReadProgress): void;
}

export interface ScanRead {
  readonly inventory: ScanInventory;
  /** Yields the scan of each target at most once; one at a time is in memory. */
  scans(): AsyncIterable<ImageScan>;
}

/** A place that scan results come from. */
export interface ScanSource {
  readonly name: string;
  /**
   * Reads what must be known first. A report that cannot be used goes to the observer and the
   * rest is read on.
   *
   * @throws {SourceError} Nothing at all could be read.
   */
  read(observer: ReadObserver, options: { signal: AbortSignal }): Promise<ScanRead>;
}

/** The source as a whole gave nothing. The message says what was tried and what to do. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}
