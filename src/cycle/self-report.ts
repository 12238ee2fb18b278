import type { Series } from '../metrics/series.ts';
import type { CycleInfo, Sink } from '../sinks/sink.ts';
import { type EndpointFacts, type SelfMetricFacts, selfSeries } from './self-metrics.ts';

type CycleFacts = Omit<SelfMetricFacts, 'endpoints' | 'durationMs'>;

/** Produces the self-metrics during a cycle and after it. */
export class SelfReport {
  readonly #sinks: readonly Sink[];
  readonly #names: readonly string[];
  readonly #failedBefore: readonly number[];
  #facts: CycleFacts;
  #durationMs: (() => number) | number;

  /** @param durationMs Returns the duration of the cycle so far, in milliseconds. */
  constructor(sinks: readonly Sink[], facts: CycleFacts, durationMs: () => number) {
    this.#sinks = sinks;
    this.#names = distinctNames(sinks);
    this.#failedBefore = sinks.map(lostSamplesOf);
    this.#facts = facts;
    this.#durationMs = durationMs;
  }

  get info(): CycleInfo {
    const { timestampMs, cluster, shard } = this.#facts;
    return { timestampMs, cluster, ...(shard !== undefined && { shard }) };
  }

  /**
   * Records that the source was read to its end and turned into series.
   *
   * @param isComplete Whether the scan results contain everything that a healthy cluster provides.
   */
  completeRead(engine: SelfMetricFacts['engine'], isComplete: boolean): void {
    this.#facts = { ...this.#facts, engine, isComplete };
  }

  /** Ends the cycle. Its reported duration no longer changes. */
  finish(): void {
    this.#durationMs = this.#duration();
  }

  /**
   * The current self-metrics.
   *
   * @param closing The sink that receives the self-metrics after all results of the cycle. Their arrival proves
   *   a complete delivery, so they already report a success, unless the sink lost samples or has pending ones.
   */
  series(closing?: Sink): readonly Series[] {
    const endpoints = this.#sinks.map((sink, index): EndpointFacts => {
      const hasLostNothing = lostSamplesOf(sink) === this.#failedBefore[index];
      const isDelivered =
        sink === closing && hasLostNothing && sink.counters.samplesPersisted === 0;
      const lastSuccessMs = isDelivered ? this.#facts.timestampMs : sink.counters.lastSuccessMs;
      return { name: this.#names[index] ?? sink.name, counters: sink.counters, lastSuccessMs };
    });
    return selfSeries({ ...this.#facts, durationMs: this.#duration(), endpoints });
  }

  #duration(): number {
    return typeof this.#durationMs === 'number' ? this.#durationMs : this.#durationMs();
  }
}

function lostSamplesOf({ counters }: Sink): number {
  const dropped = [...counters.samplesDropped.values()].reduce((sum, count) => sum + count, 0);
  return counters.samplesFailed + dropped;
}

/** Endpoints with the same name get a number, because no two series may have the same labels. */
function distinctNames(sinks: readonly Sink[]): string[] {
  const seen = new Map<string, number>();
  return sinks.map(({ name }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
