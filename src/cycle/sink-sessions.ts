import type { Series } from '../metrics/series.ts';
import type {
  CycleInfo,
  CycleOutcome,
  Delivery,
  EndOptions,
  Sink,
  SinkSession,
} from '../sinks/sink.ts';

export interface SessionOptions extends Pick<EndOptions, 'signal'> {
  /** Called when a sink starts receiving series, and when it is done. */
  readonly onFeeding: ((sink: Sink, isFeeding: boolean) => void) | undefined;
}

interface OpenSink {
  readonly sink: Sink;
  readonly session: SinkSession;
}

/** Feeds the same series to all sinks of a cycle in parallel. */
export class SinkSessions {
  readonly #open: readonly OpenSink[];
  readonly #onFeeding: SessionOptions['onFeeding'];

  constructor(sinks: readonly Sink[], info: CycleInfo, { onFeeding, signal }: SessionOptions) {
    this.#onFeeding = onFeeding;
    this.#open = sinks.map((sink) => {
      onFeeding?.(sink, true);
      return { sink, session: sink.open(info, { signal }) };
    });
  }

  /** Proceeds at the pace of the slowest sink. Rejects if reading the series fails. */
  async feed(series: AsyncIterable<Series[]>): Promise<void> {
    for await (const some of series) {
      await Promise.all(this.#open.map(async ({ session }) => session.write(some)));
    }
  }

  async close(
    isComplete: boolean,
    selfSeries: (sink: Sink) => readonly Series[],
  ): Promise<Delivery[]> {
    return this.#end(async ({ session, sink }) =>
      session.close({ isComplete, selfSeries: () => selfSeries(sink) }),
    );
  }

  async abort(selfSeries: CycleOutcome['selfSeries']): Promise<Delivery[]> {
    return this.#end(async ({ session }) => session.abort({ selfSeries }));
  }

  /** Releases each sink as soon as it is done. */
  async #end(end: (open: OpenSink) => Promise<Delivery>): Promise<Delivery[]> {
    return Promise.all(
      this.#open.map(async (open) => {
        const delivery = await end(open);
        this.#onFeeding?.(open.sink, false);
        return delivery;
      }),
    );
  }
}
