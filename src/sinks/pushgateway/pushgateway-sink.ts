import { ExpositionBuffer } from '../../metrics/exposition-buffer.ts';
import type { Series } from '../../metrics/series.ts';
import { createRetryingClient } from '../../remote-write/retrying-client.ts';
import type { WriteClient } from '../../remote-write/write-client.ts';
import type { CycleInfo, Delivery, Sink, SinkSession } from '../sink.ts';
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
}

/**
 * Pushes the group of the cluster to a Pushgateway with one request: a PUT, so that series which are
 * gone disappear there too. Samples carry no timestamp: the Pushgateway refuses them.
 */
export function createPushgatewaySink(options: PushgatewaySinkOptions): Sink {
  const name = `pushgateway ${new URL(options.url).host}`;
  return {
    name,
    open: (cycle, { signal }) => new PushgatewaySession(options, { name, cycle, signal }),
  };
}

interface SessionContext {
  readonly name: string;
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
  #retries = 0;

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

  async close(): Promise<Delivery> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return this.#failed(refusal);
    if (this.#buffer.series === 0) {
      return this.#delivery('delivered', { sent: 0, bytes: 0, errors: [] });
    }
    return this.#push(Buffer.concat([...this.#buffer.chunks()]));
  }

  async abort(): Promise<Delivery> {
    const { aborted } = this.#context.signal;
    return this.#failed(`nothing was sent: ${aborted ? 'interrupted' : 'the source failed'}`);
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

  async #push(text: Buffer): Promise<Delivery> {
    const { signal } = this.#context;
    try {
      const { bytes, headers } = await encodePushBody(text, this.#options.compression);
      const result = await this.#createClient(headers).write(bytes, { attempt: 0, signal });
      if (result.status !== 'success') return this.#failed(result.error.message);
      const counts = { sent: this.#buffer.series, bytes: bytes.length, errors: [] };
      return { ...this.#delivery('delivered', counts), ...this.#warnings() };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return this.#failed(signal.aborted ? 'interrupted' : reason);
    }
  }

  #warnings(): Pick<Delivery, 'warnings'> {
    const { series } = this.#buffer;
    const { warnSeries } = this.#options;
    if (series <= warnSeries) return {};
    const warning = `${series} series are many for a Pushgateway, which checks everything it holds on every push; beyond ${warnSeries} think of remote write, or of fewer groups of metrics (metrics.groups)`;
    return { warnings: [warning] };
  }

  #createClient(protocolHeaders: Readonly<Record<string, string>>): WriteClient {
    const { url, job, method, compression, timeoutMs, retryBudgetMs, userAgent } = this.#options;
    return createRetryingClient({
      url: groupUrl(url, job, this.#groupingLabels),
      method,
      protocolHeaders,
      headers: {},
      hints: compression === 'identity' ? pushgatewayHints : compressedHints,
      timeoutMs,
      userAgent,
      retryBudgetMs,
      onRetry: () => this.#retries++,
    });
  }

  #failed(error: string): Delivery {
    return this.#delivery('failed', { sent: 0, bytes: 0, errors: [error] });
  }

  #delivery(
    status: Delivery['status'],
    counts: Pick<Delivery, 'sent' | 'bytes' | 'errors'>,
  ): Delivery {
    const failed = this.#buffer.series + this.#refused - counts.sent;
    return { sink: this.#context.name, status, failed, retries: this.#retries, ...counts };
  }
}
