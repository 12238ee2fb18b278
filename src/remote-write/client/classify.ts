import { parseRetryAfter } from '../../http/retry-after.ts';
import { countLines, printable, quoteBody } from './quote-answer.ts';
import { isAboutSamples, isTooOld } from './sample-reasons.ts';
import { findItemLimit, isTooLarge } from './size-limits.ts';
import { mayBeStoredInPart } from './stored-in-part.ts';
import { whyNothingIsStored } from './stores-nothing.ts';
import { type Rejection, type Retryable, WriteError, type WriteResult } from './write-client.ts';

/** The relevant parts of a response. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  /** `Retry-After` as received. */
  readonly retryAfter: string | undefined;
  /** `X-Prometheus-Remote-Write-Samples-Written` as received. Only 2.0 receivers send it. */
  readonly samplesWritten?: string | undefined;
  /** Start of the body, for messages only. The specification forbids interpreting it. */
  readonly body: string;
}

export interface ClassifyOptions {
  /** Whether to retry 429. The specification leaves this to the sender. */
  readonly retryOn429: boolean;
  /** Current time in milliseconds since the Unix epoch, to evaluate a date in `Retry-After`. */
  readonly nowMs: number;
  /** Advice by status code. Default: `remoteWriteHints`. */
  readonly hints?: Readonly<Record<number, string>>;
  /** Path of a remote-write URL. Absent for other protocols. */
  readonly path?: string | undefined;
}

/**
 * Decides what is retried: server errors, 429 if configured (Remote write 1.0, "Retries & Backoff"), and 408,
 * with which a proxy reports that it did not get the whole request in time.
 */
export function classifyAnswer(answer: Answer, options: ClassifyOptions): WriteResult {
  const { status } = answer;
  const written = parseCount(answer.samplesWritten);
  if (status >= 200 && status < 300) {
    const problem = whyNothingIsStored({ body: answer.body, path: options.path });
    if (problem !== undefined) {
      const message = `receiver answered ${status}, but stored nothing: ${problem}`;
      return { status: 'rejected', error: new WriteError(message, { httpStatus: status }) };
    }
    return { status: 'success', httpStatus: status, ...(written !== undefined && { written }) };
  }
  const error = new WriteError(describeAnswer(answer, options), { httpStatus: status });
  return isRetryable(status, options)
    ? { status: 'retryable', error, ...retryFacts(answer, options) }
    : {
        status: 'rejected',
        error,
        ...(written !== undefined && { written }),
        ...rejectionFacts(answer),
      };
}

function rejectionFacts(answer: Answer): Partial<Rejection> {
  return {
    ...(isTooLarge(answer.status, answer.body) && { isTooLarge: true }),
    ...(isTooOld(answer) && { isTooOld: true }),
    ...(isAboutSamples(answer.body) && { isAboutSamples: true }),
    ...(mayBeStoredInPart(answer) && { namedSamples: Math.max(1, countLines(answer.body)) }),
  };
}

function retryFacts(
  { status, retryAfter, body }: Answer,
  { nowMs }: ClassifyOptions,
): Partial<Retryable> {
  const retryAfterMs = parseRetryAfter(retryAfter, nowMs);
  const itemLimit = status === 429 ? findItemLimit(body) : undefined;
  return { ...(retryAfterMs !== undefined && { retryAfterMs }), ...(itemLimit && { itemLimit }) };
}

function isRetryable(status: number, { retryOn429 }: ClassifyOptions): boolean {
  return status >= 500 || status === 408 || (status === 429 && retryOn429);
}

/** Returns undefined for an invalid or missing count. */
function parseCount(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

function describeAnswer({ status, statusText, body }: Answer, options: ClassifyOptions): string {
  const answered = `receiver answered ${status} ${printable(statusText)}`.trimEnd();
  const said = quoteBody(body);
  const hint = findHint({ status, body }, options.hints ?? remoteWriteHints);
  return `${answered}${said && `: ${said}`}${hint && ` (${hint})`}`;
}

const remoteWriteHints: Readonly<Record<number, string>> = {
  401: 'check the credentials',
  403: 'check whether the credentials allow writing',
  404: 'check the path; Prometheus needs --web.enable-remote-write-receiver',
  413: 'reduce queue_config.max_samples_per_send',
};

function findHint(
  { status, body }: Pick<Answer, 'status' | 'body'>,
  hints: Readonly<Record<number, string>>,
): string {
  if (status === 401 && /no org id/i.test(body))
    return 'name the tenant in the header X-Scope-OrgID';
  if (status >= 300 && status < 400) return 'redirects are not followed; configure the final URL';
  return hints[status] ?? '';
}
