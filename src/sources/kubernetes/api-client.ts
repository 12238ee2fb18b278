import { readBeginning } from '../../http/answer-body.ts';
import { backoffDelay } from '../../http/backoff.ts';
import { parseRetryAfter } from '../../http/retry-after.ts';
import { RetryBudget } from '../../http/retry-budget.ts';
import { nodeClock, type RetryClock } from '../../http/retry-clock.ts';
import type { SkipReason } from '../skipped-report.ts';
import { AccessError, type ApiAnswer, type ClusterAccess } from './cluster-access.ts';
import { untilIdle } from './idle-body.ts';

/** What the API server answered, where that is no reason to ask again. */
export type ApiResult<Value> =
  | { readonly status: 'ok'; readonly value: Value }
  /** The object, or the whole kind, is not there. */
  | { readonly status: 'absent'; readonly message: string }
  /** This identity may not read it. */
  | { readonly status: 'forbidden'; readonly message: string }
  /** Asked too often in vain, or refused for good. */
  | { readonly status: 'failed'; readonly message: string; readonly reason?: BodyFault };

/** What is wrong with a body that is whole. */
export type BodyFault = Extract<SkipReason, 'invalid_json' | 'invalid_shape' | 'too_large'>;

export interface ApiGet<Value> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Reads the body. It may fail half-way and is then called again with the next attempt's. */
  readonly read: (body: Body) => Promise<Value>;
}

/** Bytes as they come; whoever does not read them to their end closes the connection. */
export type Body = AsyncIterable<Buffer>;

export interface ApiClientOptions {
  readonly access: ClusterAccess;
  /** Milliseconds that the server may fail in a row before everything is given up. */
  readonly retryBudgetMs: number;
  /** Until the answer begins, and of each pause in it. */
  readonly timeoutMs: number;
  readonly clock?: RetryClock;
}

/** A body that is whole and still cannot be used: asking again would bring the same. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly reason: BodyFault;

  constructor(reason: BodyFault, message: string) {
    super(message);
    this.reason = reason;
  }
}

const backoff = { minMs: 1000, maxMs: 15_000 };

/**
 * Asks the API server, again where that may help: no answer, a body that breaks off, 408, 429 (the
 * storage server's queue is full, in plain text) and 5xx. All requests share one budget.
 */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #clock: RetryClock;
  readonly #budget: RetryBudget;
  #retries = 0;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? nodeClock;
    this.#budget = new RetryBudget(options.retryBudgetMs);
  }

  get server(): string {
    return this.#options.access.server;
  }

  get retries(): number {
    return this.#retries;
  }

  /** Whether the server has failed for so long that nothing more is asked. */
  get hasGivenUp(): boolean {
    return this.#budget.exhausted;
  }

  async get<Value>(request: ApiGet<Value>, signal: AbortSignal): Promise<ApiResult<Value>> {
    for (let attempt = 1; ; attempt++) {
      const startMs = this.#clock.now();
      const outcome = await this.#attempt(request, signal);
      const nowMs = this.#clock.now();
      if (!('retry' in outcome)) {
        this.#budget.recordAnswer(nowMs);
        return outcome;
      }
      this.#budget.recordFailure(startMs);
      const delayMs =
        parseRetryAfter(outcome.retryAfter, Date.now()) ??
        backoffDelay(backoff, attempt, this.#clock.random());
      if (!this.#budget.allows(nowMs + delayMs)) {
        return { status: 'failed', message: outcome.retry };
      }
      this.#retries++;
      await this.#clock.sleep(delayMs, signal);
    }
  }

  async #attempt<Value>(
    { path, query, read }: ApiGet<Value>,
    signal: AbortSignal,
  ): Promise<ApiResult<Value> | Retry> {
    const { access, timeoutMs } = this.#options;
    try {
      const answer = await access.request({ path, ...(query && { query }), timeoutMs, signal });
      const body = untilIdle(answer.body, timeoutMs);
      if (answer.status !== 200) return classify(path, answer, await readBeginning(body));
      return { status: 'ok', value: await read(body) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BodyError) {
        const { message, reason } = error;
        return { status: 'failed', message, reason };
      }
      return { retry: describe(path, error), retryAfter: undefined };
    }
  }
}

interface Retry {
  /** What happened, for when it is not tried again. */
  readonly retry: string;
  readonly retryAfter: string | undefined;
}

function classify(
  path: string,
  { status, retryAfter }: ApiAnswer,
  body: string,
): ApiResult<never> | Retry {
  const message = `GET ${path} was answered ${status}: ${describeStatus(body)}`;
  if (status === 404) return { status: 'absent', message };
  if (status === 403) return { status: 'forbidden', message };
  const isPassing = status === 408 || status === 429 || status >= 500;
  return isPassing ? { retry: message, retryAfter } : { status: 'failed', message };
}

/** A `Status` of Kubernetes has a sentence for people; some servers answer in plain text. */
function describeStatus(body: string): string {
  const sentence = /"message":\s*"((?:[^"\\]|\\.){1,400})/.exec(body)?.[1];
  const text = sentence === undefined ? body : sentence.replaceAll(String.raw`\"`, '"');
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim() || 'nothing';
}

function describe(path: string, error: unknown): string {
  if (error instanceof AccessError) return error.message;
  const reason = error instanceof Error ? error.message : String(error);
  return `GET ${path}: the answer broke off (${reason})`;
}
