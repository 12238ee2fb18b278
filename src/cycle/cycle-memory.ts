import type { EngineStatistics } from '../metrics/engine/engine.ts';
import type { KindUp } from '../sources/scan-source.ts';

/** State that cycles pass on to the next cycle and to resends. */
export class CycleMemory {
  /** Cluster name of the last read. */
  cluster: string | undefined;
  /** Kinds of the last successful read. */
  kinds: readonly KindUp[] = [];
  /** Statistics of the last successful read, whose series are resent. */
  engine: EngineStatistics | undefined;
  /** Milliseconds since the Unix epoch. Absent before the first successful read. */
  lastReadMs: number | undefined;
  /** Consecutive failed reads. */
  failedReads = 0;

  /** Kinds that were up in the previous read and are not up now. */
  lostKinds(kinds: readonly KindUp[]): readonly string[] {
    const up = new Set(kinds.filter(({ isUp }) => isUp).map(({ kind }) => kind));
    return this.kinds.filter(({ kind, isUp }) => isUp && !up.has(kind)).map(({ kind }) => kind);
  }

  /** Returns all known kinds as down, or a single unnamed kind if none is known. */
  kindsDown(): readonly KindUp[] {
    const kinds = this.kinds.length > 0 ? this.kinds.map(({ kind }) => kind) : [''];
    return kinds.map((kind) => ({ kind, isUp: false, hasFailed: true }));
  }
}
