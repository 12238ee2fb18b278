import type { CycleOutcome } from '../../../src/sinks/sink.ts';

/** A cycle that read everything, without self-metrics. */
export const outcome: CycleOutcome = { isComplete: true, selfSeries: () => [] };
