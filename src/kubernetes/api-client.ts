import { AccessError } from '../http/access-error.ts';
import { readBeginning } from '../http/answer-body.ts';
import { backoffDelay } from '../http/backoff.ts';
import { redact } from '../http/redact.ts';
import { parseRetryAfter } from '../http/retry-after.ts';
import { RetryBudget } from '../http/retry-budget.ts';
import { nodeClock, type RetryClock } from '../http/retry-clock.ts';
import type { ApiAnswer, ClusterAccess } from './cluster-access.ts';
import { BrokenBodyError, untilIdle } from './idle-body.ts';

/** Final result of a request, after retries. */
export type ApiResult<Value> =
  | { readonly status: 'ok'; readonly value: Value }
  /** The object or the whole kind does not exist. */
  | { readonly status: 'absent'; readonly message: string }
  /** A permission is missing. */
  | { readonly status: 'forbidden'; readonly message: string }
  /** The request was rejected, or all retries failed. */
  | {
      readonly status: 'failed';
      readonly message: string;
      readonly reason?: BodyFault;
      /** Set if a later attempt may succeed. */
      readonly open?: 'busy' | 'failing';
    };

/** Reason why a complete body is unusable. */
export type BodyFault = 'invalid_json' | 'invalid_shape' | 'too_large';

export interface ApiGet<Value> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Reads the body. Called again with the body of the next attempt if a body breaks off. */
  readonly read: (body: Body) => Promise<Value>;
  /**
   * Maximum number of failed attempts for this request, independent of the budget. Default: no limit. A busy
   * server does not count.
   */
  readonly maxFailures?: number;
  /**
   * Maximum number of answers with status 500 and without `Retry-After`. The storage server never stops giving
   * such answers for an object that it cannot read. Default: no limit.
   */
  readonly maxInternalErrors?: number;
}

/** A stream of bytes. Not reading it to the end closes the connection. */
export type Body = AsyncIterable<Buffer>;

export interface ApiClientOptions {
  readonly access: ClusterAccess;
  /** How long the server may fail in a row before all retries stop, in milliseconds. */
  readonly retryBudgetMs: number;
  /** Timeout until the response starts, and for each pause in the response. */
  readonly timeoutMs: number;
  readonly clock?: RetryClock;
}

/** Thrown if a complete body is unusable. A retry would return the same body. */
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
 * Sends requests. Retries after missing responses, incomplete bodies, 408, 429 and 5xx. The storage server
 * answers 429 in plain text when its queue is full. All requests share one retry budget. Once it is used up,
 * each request is sent only once, until the server answers one of them.
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

  /** Whether the retry budget is used up. */
  get hasGivenUp(): boolean {
    return this.#budget.exhausted;
  }

  /** @throws {Error} Any error thrown by `read`, except `BodyError`. */
  async get<Value>(request: ApiGet<Value>, signal: AbortSignal): Promise<ApiResult<Value>> {
    const failures = new FailureCounter(request);
    for (let attempt = 1; ; attempt++) {
      const startMs = this.#clock.now();
      const outcome = await this.#attempt(request, signal);
      const nowMs = this.#clock.now();
      if (!('retry' in outcome)) {
        this.#recordAnswer(nowMs);
        return outcome;
      }
      this.#budget.recordFailure(startMs);
      failures.record(outcome);
      const delayMs =
        parseRetryAfter(outcome.retryAfter, Date.now()) ??
        backoffDelay(backoff, attempt, this.#clock.random());
      if (failures.isLimitReached || !this.#budget.allows(nowMs + delayMs)) {
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
      if (error instanceof AccessError) {
        const { message, isFinal } = error;
        return isFinal ? { status: 'failed', message } : failedAttempt(message);
      }
      if (!(error instanceof BrokenBodyError)) throw error;
      return failedAttempt(`GET ${path}: the response is incomplete (${error.message})`);
    }
  }
}

/** Counts the failures of one request against its limits. */
class FailureCounter {
  readonly #limits: Pick<ApiGet<unknown>, 'maxFailures' | 'maxInternalErrors'>;
  #failures = 0;
  #internalErrors = 0;

  constructor(limits: Pick<ApiGet<unknown>, 'maxFailures' | 'maxInternalErrors'>) {
    this.#limits = limits;
  }

  get isLimitReached(): boolean {
    const { maxFailures = Infinity, maxInternalErrors = Infinity } = this.#limits;
    return this.#failures >= maxFailures || this.#internalErrors >= maxInternalErrors;
  }

  record({ isBusy, isInternalError }: Retry): void {
    if (!isBusy) this.#failures++;
    if (isInternalError) this.#internalErrors++;
  }
}

interface Retry {
  /** Message to report if this was the last attempt. */
  readonly retry: string;
  readonly retryAfter: string | undefined;
  /** Whether the server is only overloaded. */
  readonly isBusy: boolean;
  /** Whether the answer was a 500 without `Retry-After`. */
  readonly isInternalError: boolean;
}

function failedAttempt(message: string): Retry {
  return { retry: message, retryAfter: undefined, isBusy: false, isInternalError: false };
}

function classify(
  path: string,
  { status, retryAfter, secrets = [] }: ApiAnswer,
  body: string,
): ApiResult<never> | Retry {
  const said = describeStatus(redact(body, secrets));
  const message = `GET ${path} answered ${status}: ${said}`;
  if (status === 404) return { status: 'absent', message };
  if (status === 403) return { status: 'forbidden', message };
  const isBusy = status === 408 || status === 429;
  const isPassing = isBusy || status >= 500;
  const isInternalError = status === 500 && retryAfter === undefined;
  return isPassing
    ? { retry: message, retryAfter, isBusy, isInternalError }
    : { status: 'failed', message };
}

/** Extracts the message of a Kubernetes `Status`. Some servers answer in plain text. */
function describeStatus(body: string): string {
  const sentence = /"message":\s*"((?:[^"\\]|\\.){1,400})/.exec(body)?.[1];
  const text = sentence === undefined ? body : sentence.replaceAll(String.raw`\"`, '"');
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim() || 'an empty body';
}
