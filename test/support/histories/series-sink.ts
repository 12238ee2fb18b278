import type { Series } from '../../../src/metrics/series.ts';
import { noSamples } from '../../../src/remote-write/sample-counts.ts';
import { SinkCounters } from '../../../src/sinks/sink-counters.ts';
import type {
  CycleInfo,
  CycleOutcome,
  Delivery,
  Sink,
  SinkSession,
} from '../../../src/sinks/sink.ts';

/** Values by series, as a receiver stores them. */
export type SeriesValues = ReadonlyMap<string, number>;

/** A receiver: it keeps series until a complete push ends them. */
export class SeriesSink implements Sink {
  readonly name = 'series';
  readonly counters = new SinkCounters();
  readonly #live = new Map<string, number>();
  readonly #onEnded: (ended: readonly string[]) => void;

  /** @param onEnded Called after each complete push with the series that it ended. */
  constructor(onEnded: (ended: readonly string[]) => void) {
    this.#onEnded = onEnded;
  }

  /** Without self-metrics. */
  get live(): SeriesValues {
    return this.#live;
  }

  open(_cycle: CycleInfo): SinkSession {
    const sent = new Map<string, number>();
    return {
      write: async (series) => {
        for (const one of series) sent.set(keyOf(one), one.value);
      },
      close: async (outcome) => this.#close(sent, outcome),
      abort: async () => delivered(),
    };
  }

  #close(sent: ReadonlyMap<string, number>, { isComplete }: CycleOutcome): Delivery {
    const ended = isComplete ? [...this.#live.keys()].filter((key) => !sent.has(key)) : [];
    for (const key of ended) this.#live.delete(key);
    for (const [key, value] of sent) this.#live.set(key, value);
    this.#onEnded(ended);
    return delivered();
  }
}

function delivered(): Delivery {
  return { sink: 'series', status: 'delivered', ...noSamples, retries: 0 };
}

function keyOf({ family, labels }: Series): string {
  return `${family.name}{${labels.map(({ name, value }) => `${name}="${value}"`).join(',')}}`;
}
