import type { AccessOptions } from '../../http/access-options.ts';
import { Connections } from '../../http/receiver-access/connections.ts';
import { ExpositionBuffer } from '../../metrics/exposition/exposition-buffer.ts';
import type { Series } from '../../metrics/series.ts';
import { createRetryingClient } from '../../remote-write/client/retrying-client.ts';
import type { WriteClient } from '../../remote-write/client/write-client.ts';
import { noSamples, type SampleCounts } from '../../remote-write/sample-counts.ts';
import { FailureWarning } from '../failure-warning.ts';
import { SinkCounters } from '../sink-counters.ts';
import type { CycleInfo, CycleOutcome, Delivery, Sink, SinkSession } from '../sink.ts';
import { GroupSeries } from './group-series.ts';
import { type GroupingLabel, groupingLabels, groupUrl } from './grouping-path.ts';
import { compressedHints, pushgatewayHints } from './hints.ts';
import { encodePushBody, type PushCompression } from './push-body.ts';

export interface PushgatewaySinkOptions {
  /** URL of the Pushgateway, without `/metrics`. */
  readonly url: string;
  readonly job: string;
  /** Labels of the grouping key besides `job` and `cluster`. */
  readonly grouping: Readonly<Record<string, string>>;
  /** `PUT` replaces the whole group, `POST` only metrics with the same names. */
  readonly method: 'PUT' | 'POST';
  readonly compression: PushCompression;
  readonly timeoutMs: number;
  readonly retryBudgetMs: number;
  /** Number of series above which a push causes a warning. */
  readonly warnSeries: number;
  /** Number of series above which nothing is pushed, because a Pushgateway checks all its series on every push. */
  readonly maxSeries: number;
  readonly familyOrder: readonly string[];
  readonly userAgent: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly access?: AccessOptions;
  /** Called as soon as the Pushgateway fails, before its retries. */
  readonly warn?: (message: string) => void;
}

/**
 * Pushes the group of the cluster to a Pushgateway in one request. PUT also removes series that ended.
 * Samples have no timestamps, because a Pushgateway rejects them.
 */
export function createPushgatewaySink(options: PushgatewaySinkOptions): Sink {
  const name = `pushgateway ${new URL(options.url).host}`;
  const counters = new SinkCounters();
  const connections = new Connections({
    ...options,
    url: new URL(options.url),
    maxSockets: 1,
    // Proxies drop idle connections before the next push.
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
  readonly counters: SinkCounters;
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
  #excess = 0;

  constructor(options: PushgatewaySinkOptions, context: SessionContext) {
    this.#options = options;
    this.#context = context;
    this.#buffer = new ExpositionBuffer(options.familyOrder);
    this.#groupingLabels = groupingLabels(context.cycle, options.grouping);
    this.#group = new GroupSeries(['job', ...this.#groupingLabels.map(([name]) => name)]);
  }

  async write(series: readonly Series[]): Promise<void> {
    if (this.#buffer.series + series.length > this.#options.maxSeries || this.#excess > 0) {
      this.#excess += series.length;
    } else {
      this.#buffer.add(series.map((one) => this.#group.removeGroupingLabels(one)));
    }
  }

  /**
   * Uses POST for an incomplete cycle, so that metrics of a kind that could not be read keep their values.
   * POST replaces all series of each pushed metric, so the series of a skipped report are missing until the
   * report is read again.
   */
  async close({ isComplete, selfSeries }: CycleOutcome): Promise<Delivery> {
    await this.write(selfSeries());
    const problem = this.#findProblem();
    if (problem !== undefined) return this.#rejectAll(problem);
    if (this.#buffer.series === 0) return this.#toDelivery(noSamples);
    const pushed = await this.#push(this.#buffer, isComplete ? this.#options.method : 'POST');
    return { ...this.#toDelivery(pushed), ...(pushed.sent > 0 && this.#warnings()) };
  }

  /** Pushes the self-metrics. The results of the last cycle stay in the group. */
  async abort({ selfSeries }: Pick<CycleOutcome, 'selfSeries'>): Promise<Delivery> {
    if (this.#context.signal.aborted) return this.#rejectAll('nothing was sent: interrupted');
    const self = new ExpositionBuffer(this.#options.familyOrder);
    self.add(selfSeries().map((one) => this.#group.removeGroupingLabels(one)));
    const pushed = self.series > 0 ? await this.#push(self, 'POST') : noSamples;
    const errors = ['no results were sent: the source failed', ...pushed.errors];
    const rejected = pushed.rejected + this.#buffer.series + this.#excess;
    return this.#toDelivery({ ...pushed, rejected, errors });
  }

  /** Finds problems for which a Pushgateway would reject the push only after receiving everything. */
  #findProblem(): string | undefined {
    const { maxSeries } = this.#options;
    const { repeated } = this.#group;
    if (this.#excess > 0) {
      const count = this.#buffer.series + this.#excess;
      return `nothing was sent: ${count} series exceed pushgateway.max_series (${maxSeries}); push fewer metric groups (metrics.groups), use remote write, or raise the limit`;
    }
    if (repeated === undefined) return undefined;
    const names = ['job', ...this.#groupingLabels.map(([name]) => name)].join(', ');
    return `nothing was sent: without the labels of the grouping key (${names}), ${repeated} occurs twice, which a Pushgateway rejects; remove series labels from pushgateway.grouping`;
  }

  async #push(buffer: ExpositionBuffer, method: 'PUT' | 'POST'): Promise<SampleCounts> {
    const { signal } = this.#context;
    const text = Buffer.concat([...buffer.chunks()]);
    const { series } = buffer;
    try {
      const { bytes, headers } = await encodePushBody(text, this.#options.compression);
      const client = this.#createClient(method, headers, series);
      const result = await client.write(bytes, { attempt: 0, signal });
      if (result.status === 'success') return { ...noSamples, sent: series, bytes: bytes.length };
      const errors = [result.error.message];
      return result.status === 'rejected'
        ? { ...noSamples, rejected: series, errors }
        : { ...noSamples, pending: series, errors };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { ...noSamples, pending: series, errors: [signal.aborted ? 'interrupted' : reason] };
    }
  }

  #warnings(): Pick<Delivery, 'warnings'> {
    const { series } = this.#buffer;
    const { warnSeries } = this.#options;
    if (series <= warnSeries) return {};
    const warning = `${series} series exceed pushgateway.warn_series (${warnSeries}) and slow down every push to this Pushgateway; use remote write, or push fewer metric groups (metrics.groups)`;
    return { warnings: [warning] };
  }

  #createClient(
    method: 'PUT' | 'POST',
    protocolHeaders: Readonly<Record<string, string>>,
    samples: number,
  ): WriteClient {
    const { counters, connections, name } = this.#context;
    const { url, job, compression, warn } = this.#options;
    const warning = new FailureWarning(name, (message) => warn?.(message));
    return createRetryingClient({
      headers: {},
      ...this.#options,
      connections,
      url: groupUrl(url, job, this.#groupingLabels),
      method,
      protocolHeaders,
      hints: compression === 'identity' ? pushgatewayHints : compressedHints,
      onRetry: () => counters.addRetry(samples),
      onFailure: (failure) => warning.recordFailure(failure),
    });
  }

  #rejectAll(error: string): Delivery {
    const rejected = this.#buffer.series + this.#excess;
    return this.#toDelivery({ ...noSamples, rejected, errors: [error] });
  }

  #toDelivery(counts: SampleCounts): Delivery {
    const { name, counters, cycle } = this.#context;
    const { sent, errors } = counts;
    const status = errors.length === 0 ? 'delivered' : sent > 0 ? 'partial' : 'failed';
    counters.add(counts);
    if (status === 'delivered') counters.lastSuccessMs = cycle.timestampMs;
    return { sink: name, status, ...counts, retries: counters.takeRetries() };
  }
}
