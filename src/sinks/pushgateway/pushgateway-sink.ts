import type { AccessOptions } from '../../http/access-options.ts';
import { Connections } from '../../http/receiver-access/connections.ts';
import { ExpositionBuffer } from '../../metrics/exposition/exposition-buffer.ts';
import type { Series } from '../../metrics/series.ts';
import { createRetryingClient } from '../../remote-write/client/retrying-client.ts';
import type { WriteClient } from '../../remote-write/client/write-client.ts';
import { DeliveryCounts } from '../delivery-counts.ts';
import type { CycleInfo, CycleOutcome, Delivery, Sink, SinkSession } from '../sink.ts';
import { GroupSeries } from './group-series.ts';
import { type GroupingLabel, groupingLabels, groupUrl } from './grouping-path.ts';
import { compressedHints, pushgatewayHints } from './hints.ts';
import { encodePushBody, type PushCompression } from './push-body.ts';

export interface PushgatewaySinkOptions {
  /** Without `/metrics`. */
  readonly url: string;
  readonly job: string;
  /** Labels of the grouping key beside `job` and `cluster`. */
  readonly grouping: Readonly<Record<string, string>>;
  /** `PUT` replaces the group; `POST` keeps its metrics of other names. */
  readonly method: 'PUT' | 'POST';
  readonly compression: PushCompression;
  readonly timeoutMs: number;
  readonly retryBudgetMs: number;
  /** More are pushed with a warning. */
  readonly warnSeries: number;
  /** More are refused: a Pushgateway checks everything it holds on every push. */
  readonly maxSeries: number;
  readonly familyOrder: readonly string[];
  readonly userAgent: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly access?: AccessOptions;
}

/**
 * Pushes the group of the cluster to a Pushgateway with one request: a PUT, so that series which are
 * gone disappear there too. Samples carry no timestamp: the Pushgateway refuses them.
 */
export function createPushgatewaySink(options: PushgatewaySinkOptions): Sink {
  const name = `pushgateway ${new URL(options.url).host}`;
  const counters = new DeliveryCounts();
  const connections = new Connections({
    ...options,
    url: new URL(options.url),
    maxSockets: 1,
    // By the next push, something on the way may long have forgotten a connection that was kept.
    keepAlive: false,
  });
  const context = { name, counters, connections };
  return {
    name,
    counters,
    open: (cycle, { signal }) => new PushgatewaySession(options, { ...context, cycle, signal }),
  };
}

interface SessionContext {
  readonly name: string;
  readonly counters: DeliveryCounts;
  readonly connections: Connections;
  readonly cycle: CycleInfo;
  readonly signal: AbortSignal;
}

class PushgatewaySession implements SinkSession {
  readonly #options: PushgatewaySinkOptions;
  readonly #context: SessionContext;
  readonly #buffer: ExpositionBuffer;
  readonly #groupingLabels: readonly GroupingLabel[];
  readonly #group: GroupSeries;
  #refused = 0;

  constructor(options: PushgatewaySinkOptions, context: SessionContext) {
    this.#options = options;
    this.#context = context;
    this.#buffer = new ExpositionBuffer(options.familyOrder);
    this.#groupingLabels = groupingLabels(context.cycle, options.grouping);
    this.#group = new GroupSeries(['job', ...this.#groupingLabels.map(([name]) => name)]);
  }

  async write(series: readonly Series[]): Promise<void> {
    if (this.#buffer.series + series.length > this.#options.maxSeries || this.#refused > 0) {
      this.#refused += series.length;
    } else {
      this.#buffer.add(series.map((one) => this.#group.strip(one)));
    }
  }

  /**
   * An incomplete cycle does not replace the group, so that metrics of a kind that it could not read
   * stay as they were. Those that it has are replaced whole: a series of theirs that it did not see,
   * because a report could not be used, is gone until it is read again.
   */
  async close({ isComplete, selfSeries }: CycleOutcome): Promise<Delivery> {
    await this.write(selfSeries());
    const refusal = this.#refusal();
    if (refusal !== undefined) return this.#failed(refusal);
    if (this.#buffer.series === 0) {
      return this.#toDelivery(nothing);
    }
    const pushed = await this.#push(this.#buffer, isComplete ? this.#options.method : 'POST');
    return { ...this.#toDelivery(pushed), ...(pushed.sent > 0 && this.#warnings()) };
  }

  /** What the agent says about itself goes beside the results of the last cycle, which stay. */
  async abort({ selfSeries }: Pick<CycleOutcome, 'selfSeries'>): Promise<Delivery> {
    if (this.#context.signal.aborted) return this.#failed('nothing was sent: interrupted');
    const own = new ExpositionBuffer(this.#options.familyOrder);
    own.add(selfSeries().map((one) => this.#group.strip(one)));
    const pushed = own.series > 0 ? await this.#push(own, 'POST') : nothing;
    const errors = ['no results were sent: the source failed', ...pushed.errors];
    return this.#toDelivery({ ...pushed, errors }, this.#buffer.series + own.series);
  }

  /** Why nothing may be sent: half a group, or one that the Pushgateway would refuse. */
  #refusal(): string | undefined {
    const { maxSeries } = this.#options;
    const { repeated } = this.#group;
    if (this.#refused > 0) {
      const count = this.#buffer.series + this.#refused;
      return `${count} series are more than the ${maxSeries} that a Pushgateway is given, nothing was sent; push fewer groups of metrics (metrics.groups), use remote write, or raise pushgateway.max_series`;
    }
    if (repeated === undefined) return undefined;
    const names = ['job', ...this.#groupingLabels.map(([name]) => name)].join(', ');
    return `a Pushgateway refuses a series that comes twice, and ${repeated} does without the labels of the grouping key (${names}), nothing was sent; take out of pushgateway.grouping what series have as a label`;
  }

  async #push(buffer: ExpositionBuffer, method: 'PUT' | 'POST'): Promise<Pushed> {
    const { signal } = this.#context;
    const text = Buffer.concat([...buffer.chunks()]);
    try {
      const { bytes, headers } = await encodePushBody(text, this.#options.compression);
      const client = this.#createClient(method, headers, buffer.series);
      const result = await client.write(bytes, { attempt: 0, signal });
      if (result.status === 'success') {
        return { sent: buffer.series, bytes: bytes.length, errors: [] };
      }
      return { sent: 0, bytes: 0, errors: [result.error.message] };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { sent: 0, bytes: 0, errors: [signal.aborted ? 'interrupted' : reason] };
    }
  }

  #warnings(): Pick<Delivery, 'warnings'> {
    const { series } = this.#buffer;
    const { warnSeries } = this.#options;
    if (series <= warnSeries) return {};
    const warning = `${series} series are many for a Pushgateway, which checks everything it holds on every push; beyond ${warnSeries} think of remote write, or of fewer groups of metrics (metrics.groups)`;
    return { warnings: [warning] };
  }

  #createClient(
    method: 'PUT' | 'POST',
    protocolHeaders: Readonly<Record<string, string>>,
    samples: number,
  ): WriteClient {
    const { counters, connections } = this.#context;
    const { url, job, compression } = this.#options;
    return createRetryingClient({
      headers: {},
      ...this.#options,
      connections,
      url: groupUrl(url, job, this.#groupingLabels),
      method,
      protocolHeaders,
      hints: compression === 'identity' ? pushgatewayHints : compressedHints,
      onRetry: () => counters.countRetry(samples),
    });
  }

  #failed(error: string): Delivery {
    return this.#toDelivery({ ...nothing, errors: [error] });
  }

  /** @param samples All there were, without those that were refused for their number. */
  #toDelivery(pushed: Pushed, samples = this.#buffer.series): Delivery {
    const { name, counters, cycle } = this.#context;
    const { sent, errors } = pushed;
    const status = errors.length === 0 ? 'delivered' : sent > 0 ? 'partial' : 'failed';
    const failed = samples + this.#refused - sent;
    const retries = counters.takeRetries();
    return counters.add({ sink: name, status, failed, retries, ...pushed }, cycle.timestampMs);
  }
}

type Pushed = Pick<Delivery, 'sent' | 'bytes' | 'errors'>;

const nothing: Pushed = { sent: 0, bytes: 0, errors: [] };
