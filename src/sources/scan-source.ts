import type { ImageScan, ScanInventory } from '../model/image-scan.ts';
import type { PostureScan } from '../model/posture-scan.ts';
import type { SkippedReport } from './skipped-report.ts';

/** How far a source is. Totals are absent while they are not known. */
export interface ReadProgress {
  /** What `done` and `total` count. */
  readonly unit: 'bytes' | 'images';
  readonly done: number;
  readonly total?: number;
  /** Bytes of scan results read so far, before decompression. */
  readonly bytes: number;
  /** Images whose findings were not those of the read before; absent where none is remembered. */
  readonly changed?: number;
}

/** Told of everything that happens while a source is read. */
export interface ReadObserver {
  /** One report was read and understood. */
  read(): void;
  /** One report, or `count` alike ones, could not be used. */
  skipped(report: SkippedReport): void;
  progress(progress: ReadProgress): void;
  /** Something that a person should know of the source as a whole, in a sentence. */
  warn(message: string): void;
}

/** Whether one kind of report could be read. */
export interface KindUp {
  /** Resource of the API, or empty for a source that has only one kind. */
  readonly kind: string;
  readonly isUp: boolean;
  /** Whether it should have been there: not so for what is not installed or not allowed. */
  readonly hasFailed: boolean;
}

export interface ScanRead {
  readonly inventory: ScanInventory;
  readonly kinds: readonly KindUp[];
  /** Yields the scan of each target at most once; one at a time is in memory. */
  scans(): AsyncIterable<ImageScan>;
  /**
   * Yields the configuration scan of each resource once; none where there are none, which is not
   * the same as resources without failed controls.
   */
  postures(): AsyncIterable<PostureScan>;
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
  override readonly name: string = 'SourceError';
}
