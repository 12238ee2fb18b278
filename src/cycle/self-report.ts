import type { Series } from '../metrics/series.ts';
import type { CycleInfo, Sink } from '../sinks/sink.ts';
import { type EndpointFacts, type SelfMetricFacts, selfSeries } from './self-metrics.ts';

type CycleFacts = Omit<SelfMetricFacts, 'endpoints' | 'durationMs'>;

/** Makes what the agent says about itself, at any moment of a cycle and after it. */
export class SelfReport {
  readonly #sinks: readonly Sink[];
  readonly #names: readonly string[];
  readonly #failedBefore: readonly number[];
  #facts: CycleFacts;
  #durationMs: (() => number) | number;

  /** @param durationMs Milliseconds that the cycle has taken until now. */
  constructor(sinks: readonly Sink[], facts: CycleFacts, durationMs: () => number) {
    this.#sinks = sinks;
    this.#names = distinctNames(sinks);
    this.#failedBefore = sinks.map(lostBy);
    this.#facts = facts;
    this.#durationMs = durationMs;
  }

  get info(): CycleInfo {
    const { timestampMs, cluster, shard } = this.#facts;
    return { timestampMs, cluster, ...(shard !== undefined && { shard }) };
  }

  /** Everything was read, and turned into series. */
  completeRead(engine: SelfMetricFacts['engine']): void {
    this.#facts = { ...this.#facts, engine };
  }

  /** The cycle is over: its duration does not grow any more. */
  finish(): void {
    this.#durationMs = this.#duration();
  }

  /**
   * The series of this moment.
   *
   * @param closing The sink that they are for, if all results of the cycle went there before: that
   *   they arrive then tells that it took the cycle whole, unless something was lost already, or
   *   waits: then they wait, too, and arrive whatever becomes of it.
   */
  series(closing?: Sink): readonly Series[] {
    const endpoints = this.#sinks.map((sink, index): EndpointFacts => {
      const hasLostNothing = lostBy(sink) === this.#failedBefore[index];
      const isWhole = sink === closing && hasLostNothing && sink.counters.samplesPersisted === 0;
      const lastSuccessMs = isWhole ? this.#facts.timestampMs : sink.counters.lastSuccessMs;
      return { name: this.#names[index] ?? sink.name, counters: sink.counters, lastSuccessMs };
    });
    return selfSeries({ ...this.#facts, durationMs: this.#duration(), endpoints });
  }

  #duration(): number {
    return typeof this.#durationMs === 'number' ? this.#durationMs : this.#durationMs();
  }
}

function lostBy({ counters }: Sink): number {
  const dropped = [...counters.samplesDropped.values()].reduce((sum, count) => sum + count, 0);
  return counters.samplesFailed + dropped;
}

/** Two endpoints may have one URL, but no two series may have the same labels. */
function distinctNames(sinks: readonly Sink[]): string[] {
  const seen = new Map<string, number>();
  return sinks.map(({ name }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
