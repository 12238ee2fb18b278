import type { CycleOutcome } from '../../../src/sinks/sink.ts';

/** A cycle that read everything, of an agent that has nothing to say about itself. */
export const outcome: CycleOutcome = { isComplete: true, selfSeries: () => [] };
