import { ExpositionBuffer } from '../../metrics/exposition-buffer.ts';
import type { Series } from '../../metrics/series.ts';
import { createRetryingClient } from '../../remote-write/retrying-client.ts';
import type { WriteClient } from '../../remote-write/write-client.ts';
import { DeliveryCounts } from '../delivery-counts.ts';
import type { CycleInfo, CycleOutcome, Delivery, Sink, SinkSession } from '../sink.ts';
import { type GroupingLabel, groupUrl } from './grouping-path.ts';

export interface PushgatewaySinkOptions {
  /** Without `/metrics`. */
  readonly url: string;
  readonly job: string;
  /** Labels of the grouping key beside `job` and `cluster`. */
  readonly grouping: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly retryBudgetMs: number;
  /** More are refused: a Pushgateway checks everything it holds on every push. */
  readonly maxSeries: number;
  readonly familyOrder: readonly string[];
  readonly userAgent: string;
}

/**
 * Replaces the group of the cluster at a Pushgateway with one PUT, so that series which are gone
 * disappear there too. Samples carry no timestamp: the Pushgateway refuses them.
 */
export function createPushgatewaySink(options: PushgatewaySinkOptions): Sink {
  const name = `pushgateway ${new URL(options.url).host}`;
  const counters = new DeliveryCounts();
  return {
    name,
    counters,
    open: (cycle, { signal }) => new PushgatewaySession(options, { name, counters, cycle, signal }),
  };
}

const pushgatewayHints: Readonly<Record<number, string>> = {
  401: 'are the credentials missing or wrong?',
  403: 'may these credentials push?',
  404: 'is this the URL of a Pushgateway, without /metrics?',
};

interface SessionContext {
  readonly name: string;
  readonly counters: DeliveryCounts;
  readonly cycle: CycleInfo;
  readonly signal: AbortSignal;
}

class PushgatewaySession implements SinkSession {
  readonly #options: PushgatewaySinkOptions;
  readonly #context: SessionContext;
  readonly #buffer: ExpositionBuffer;
  readonly #groupingLabels: readonly GroupingLabel[];
  /** Labels that the grouping key sets; in the body the Pushgateway would overwrite them. */
  readonly #groupingNames: ReadonlySet<string>;
  #refused = 0;
  #retries = 0;

  constructor(options: PushgatewaySinkOptions, context: SessionContext) {
    this.#options = options;
    this.#context = context;
    this.#buffer = new ExpositionBuffer(options.familyOrder);
    this.#groupingLabels = [
      ['cluster', context.cycle.cluster],
      ...(context.cycle.shard === undefined ? [] : [['shard', context.cycle.shard] as const]),
      ...Object.entries(options.grouping),
    ];
    this.#groupingNames = new Set(['job', ...this.#groupingLabels.map(([name]) => name)]);
  }

  async write(series: readonly Series[]): Promise<void> {
    if (this.#buffer.series + series.length > this.#options.maxSeries || this.#refused > 0) {
      this.#refused += series.length;
    } else {
      this.#buffer.add(series.map((one) => this.#withoutGroupingLabels(one)));
    }
  }

  async close({ isComplete, ownSeries }: CycleOutcome): Promise<Delivery> {
    await this.write(ownSeries());
    const { maxSeries } = this.#options;
    const count = this.#buffer.series + this.#refused;
    if (this.#refused > 0) {
      return this.#failed(
        `${count} series are more than the ${maxSeries} that a Pushgateway is given; push fewer groups, use remote write, or raise pushgateway.max_series`,
      );
    }
    if (count === 0) return this.#toDelivery({ sent: 0, bytes: 0, errors: [] });
    return this.#toDelivery(await this.#send(isComplete ? 'PUT' : 'POST', this.#buffer));
  }

  async abort({ ownSeries }: Pick<CycleOutcome, 'ownSeries'>): Promise<Delivery> {
    const { aborted } = this.#context.signal;
    if (!aborted) {
      const own = new ExpositionBuffer(this.#options.familyOrder);
      own.add(ownSeries().map((one) => this.#withoutGroupingLabels(one)));
      if (own.series > 0) await this.#send('POST', own);
    }
    return this.#failed(`nothing was sent: ${aborted ? 'interrupted' : 'the source failed'}`);
  }

  /** PUT replaces the group. POST leaves the families that are not in the body as they are. */
  async #send(method: 'PUT' | 'POST', buffer: ExpositionBuffer): Promise<Sent> {
    const { signal } = this.#context;
    const body = Buffer.concat([...buffer.chunks()]);
    try {
      const result = await this.#createClient(method).write(body, { attempt: 0, signal });
      if (result.status === 'success') {
        return { sent: buffer.series, bytes: body.length, errors: [] };
      }
      return { sent: 0, bytes: 0, errors: [result.error.message] };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { sent: 0, bytes: 0, errors: [signal.aborted ? 'interrupted' : reason] };
    }
  }

  #createClient(method: 'PUT' | 'POST'): WriteClient {
    const { url, job, timeoutMs, retryBudgetMs, userAgent } = this.#options;
    return createRetryingClient({
      url: groupUrl(url, job, this.#groupingLabels),
      method,
      protocolHeaders: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
      headers: {},
      hints: pushgatewayHints,
      timeoutMs,
      userAgent,
      retryBudgetMs,
      onRetry: () => this.#retries++,
    });
  }

  #withoutGroupingLabels({ labels, ...series }: Series): Series {
    return { ...series, labels: labels.filter(({ name }) => !this.#groupingNames.has(name)) };
  }

  #failed(error: string): Delivery {
    return this.#toDelivery({ sent: 0, bytes: 0, errors: [error] });
  }

  #toDelivery(sent: Sent): Delivery {
    const { name, counters, cycle } = this.#context;
    const status = sent.errors.length === 0 ? 'delivered' : 'failed';
    const failed = this.#buffer.series + this.#refused - sent.sent;
    const delivery = { sink: name, status, failed, retries: this.#retries, ...sent } as const;
    return counters.add(delivery, cycle.timestampMs);
  }
}

type Sent = Pick<Delivery, 'sent' | 'bytes' | 'errors'>;
