import { AccessError } from '../http/access-error.ts';
import { readBeginning } from '../http/answer-body.ts';
import { backoffDelay } from '../http/backoff.ts';
import { redact } from '../http/redact.ts';
import { parseRetryAfter } from '../http/retry-after.ts';
import { RetryBudget } from '../http/retry-budget.ts';
import { nodeClock, type RetryClock } from '../http/retry-clock.ts';
import type { ApiAnswer, ClusterAccess } from './cluster-access.ts';
import { BrokenBodyError, untilIdle } from './idle-body.ts';

/** What the API server answered, where that is no reason to ask again. */
export type ApiResult<Value> =
  | { readonly status: 'ok'; readonly value: Value }
  /** The object, or the whole kind, is not there. */
  | { readonly status: 'absent'; readonly message: string }
  /** This identity may not read it. */
  | { readonly status: 'forbidden'; readonly message: string }
  /** Asked too often in vain, or refused for good. */
  | {
      readonly status: 'failed';
      readonly message: string;
      readonly reason?: BodyFault;
      /** Where no answer decided anything, so that another time may bring one: why there was none. */
      readonly open?: 'busy' | 'failing';
    };

/** What is wrong with a body that is whole. */
export type BodyFault = 'invalid_json' | 'invalid_shape' | 'too_large';

export interface ApiGet<Value> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Reads the body. It may fail half-way and is then called again with the next attempt's. */
  readonly read: (body: Body) => Promise<Value>;
  /**
   * How often it may fail before it is given up for itself, whatever is left of the budget; no limit
   * if absent. That the server has no time says nothing of the request, and does not count.
   */
  readonly maxFailures?: number;
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
 * storage server's queue is full, in plain text) and 5xx. All requests share one budget. Once it is
 * used up each is made only once, until one of them is answered: then the server is there again.
 */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #clock: RetryClock;
  #budget: RetryBudget;
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

  /** Whether the server has failed for so long that nothing is asked twice any more. */
  get hasGivenUp(): boolean {
    return this.#budget.exhausted;
  }

  /** @throws {Error} What `read` throws, unless it is a `BodyError`. */
  async get<Value>(request: ApiGet<Value>, signal: AbortSignal): Promise<ApiResult<Value>> {
    const { maxFailures = Infinity } = request;
    let failures = 0;
    for (let attempt = 1; ; attempt++) {
      const startMs = this.#clock.now();
      const outcome = await this.#attempt(request, signal);
      const nowMs = this.#clock.now();
      if (!('retry' in outcome)) {
        this.#recordAnswer(nowMs);
        return outcome;
      }
      this.#budget.recordFailure(startMs);
      if (!outcome.isBusy) failures++;
      const delayMs =
        parseRetryAfter(outcome.retryAfter, Date.now()) ??
        backoffDelay(backoff, attempt, this.#clock.random());
      if (failures >= maxFailures || !this.#budget.allows(nowMs + delayMs)) {
        const open = outcome.isBusy ? 'busy' : 'failing';
        return { status: 'failed', message: outcome.retry, open };
      }
      this.#retries++;
      await this.#clock.sleep(delayMs, signal);
    }
  }

  #recordAnswer(nowMs: number): void {
    if (this.#budget.exhausted) this.#budget = new RetryBudget(this.#options.retryBudgetMs);
    this.#budget.recordAnswer(nowMs);
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
      if (error instanceof AccessError) return failedAttempt(error.message);
      if (!(error instanceof BrokenBodyError)) throw error;
      return failedAttempt(`GET ${path}: the answer broke off (${error.message})`);
    }
  }
}

interface Retry {
  /** What happened, for when it is not tried again. */
  readonly retry: string;
  readonly retryAfter: string | undefined;
  /** Whether the server only has no time for it. */
  readonly isBusy: boolean;
}

function failedAttempt(message: string): Retry {
  return { retry: message, retryAfter: undefined, isBusy: false };
}

function classify(
  path: string,
  { status, retryAfter, secrets = [] }: ApiAnswer,
  body: string,
): ApiResult<never> | Retry {
  const said = describeStatus(redact(body, secrets));
  const message = `GET ${path} was answered ${status}: ${said}`;
  if (status === 404) return { status: 'absent', message };
  if (status === 403) return { status: 'forbidden', message };
  const isBusy = status === 408 || status === 429;
  const isPassing = isBusy || status >= 500;
  return isPassing ? { retry: message, retryAfter, isBusy } : { status: 'failed', message };
}

/** A `Status` of Kubernetes has a sentence for people; some servers answer in plain text. */
function describeStatus(body: string): string {
  const sentence = /"message":\s*"((?:[^"\\]|\\.){1,400})/.exec(body)?.[1];
  const text = sentence === undefined ? body : sentence.replaceAll(String.raw`\"`, '"');
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim() || 'nothing';
}
