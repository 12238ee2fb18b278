import type { EngineStatistics } from '../metrics/engine/engine.ts';
import type { KindUp } from '../sources/scan-source.ts';

/** What one cycle leaves for the next, and for what is said between them. */
export class CycleMemory {
  /** As the last read named it. */
  cluster: string | undefined;
  /** Of the last read that gave something. */
  kinds: readonly KindUp[] = [];
  /** Of the last read that gave something: its series are what is sent again. */
  engine: EngineStatistics | undefined;
  /** Milliseconds since the Unix epoch; absent before the first read that gave something. */
  lastReadMs: number | undefined;
  /** Cycles in a row whose source gave nothing. */
  failedReads = 0;

  /** Kinds that were up before this read and are not now: gone, or not to be seen for a moment. */
  lostKinds(kinds: readonly KindUp[]): readonly string[] {
    const up = new Set(kinds.filter(({ isUp }) => isUp).map(({ kind }) => kind));
    return this.kinds.filter(({ kind, isUp }) => isUp && !up.has(kind)).map(({ kind }) => kind);
  }

  /** All that was there, as if it could not be read: a kind nobody knows, if nothing ever was. */
  kindsDown(): readonly KindUp[] {
    const kinds = this.kinds.length > 0 ? this.kinds.map(({ kind }) => kind) : [''];
    return kinds.map((kind) => ({ kind, isUp: false, hasFailed: true }));
  }
}
