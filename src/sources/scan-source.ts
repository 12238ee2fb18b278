import type { ImageScan, ScanInventory } from '../model/image-scan.ts';
import type { PostureScan } from '../model/posture-scan.ts';
import type { ResultGap } from '../model/result-gap.ts';
import type { SkippedReport } from './skipped-report.ts';

export interface ReadProgress {
  /** Unit of `done` and `total`. */
  readonly unit: 'bytes' | 'images';
  readonly done: number;
  /** Absent if unknown. */
  readonly total?: number;
  /** Bytes of scan results read so far, before decompression. */
  readonly bytes: number;
  /** Number of images read again because they changed; absent without a cache. */
  readonly changed?: number;
}

/** Receives events while a source is read. */
export interface ReadObserver {
  /** One report was read. */
  read(): void;
  /** One report could not be used. */
  skipped(report: SkippedReport): void;
  progress(progress: ReadProgress): void;
  /** @param message A problem of the source as a whole, in one sentence. */
  warn(message: string): void;
}

/** Whether one kind of report could be read. */
export interface KindUp {
  /** Resource name in the API; empty for a source with only one kind. */
  readonly kind: string;
  readonly isUp: boolean;
  /** Whether reading failed. False for a kind that is down because it is not installed or not permitted. */
  readonly hasFailed: boolean;
}

export interface ScanRead {
  readonly inventory: ScanInventory;
  readonly kinds: readonly KindUp[];
  /** Parts that are missing although their kind is up. Empty if everything was read. */
  readonly gaps: readonly ResultGap[];
  /** Yields at most one scan per target, and holds only one scan in memory. */
  scans(): AsyncIterable<ImageScan>;
  /**
   * Yields the configuration scan of each resource once. Yielding nothing means that there are no
   * results, not that no control failed.
   */
  postures(): AsyncIterable<PostureScan>;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Whether the agent's schedule triggered the read. Default: false. */
  readonly isScheduled?: boolean;
  /**
   * Whether reported changes are the only reason for the read, so that everything else can be reused.
   * Default: false.
   */
  readonly isChangeOnly?: boolean;
}

export interface ScanSource {
  readonly name: string;
  /**
   * Reads the inventory. Unusable reports go to the observer and do not stop the read.
   *
   * @throws {SourceError} Nothing could be read.
   */
  read(observer: ReadObserver, options: ReadOptions): Promise<ScanRead>;
}

/** Thrown if the source as a whole fails. The message explains what was attempted and what to do. */
export class SourceError extends Error {
  override readonly name: string = 'SourceError';
}
