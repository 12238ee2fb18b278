import { parseRetryAfter } from '../../http/retry-after.ts';
import { WriteError, type WriteResult } from './write-client.ts';

/** What a receiver answered. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  /** `Retry-After` as received. */
  readonly retryAfter: string | undefined;
  /** `X-Prometheus-Remote-Write-Samples-Written` as received; only receivers of 2.0 send it. */
  readonly samplesWritten?: string | undefined;
  /** Its beginning, for messages only: the specification forbids to interpret it. */
  readonly body: string;
}

export interface ClassifyOptions {
  /** Whether "too many requests" may be repeated: the specification leaves it to the sender. */
  readonly retryOn429: boolean;
  /** Milliseconds since the Unix epoch; what a date in `Retry-After` is compared to. */
  readonly nowMs: number;
  /** What to do about a status, for people; `remoteWriteHints` unless told otherwise. */
  readonly hints?: Readonly<Record<number, string>>;
}

/**
 * The one place that decides what may be sent again: server errors, and 429 if so configured.
 * Remote write 1.0, "Retries & Backoff".
 */
export function classifyAnswer(answer: Answer, options: ClassifyOptions): WriteResult {
  const { status } = answer;
  const written = parseCount(answer.samplesWritten);
  if (status >= 200 && status < 300) {
    return { status: 'success', httpStatus: status, ...(written !== undefined && { written }) };
  }
  const error = new WriteError(describeAnswer(answer, options), { httpStatus: status });
  if (status < 500 && !(status === 429 && options.retryOn429)) {
    return { status: 'rejected', error, ...(written !== undefined && { written }) };
  }

  const retryAfterMs = parseRetryAfter(answer.retryAfter, options.nowMs);
  return { status: 'retryable', error, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Undefined if it is none: what a receiver did not say is not known. */
function parseCount(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/** One line for the log, and nothing that a terminal would obey. */
const UNPRINTABLE = /[\s\p{Cc}]+/gu;

function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, ' ').trim();
}

function describeAnswer({ status, statusText, body }: Answer, options: ClassifyOptions): string {
  const answered = `receiver answered ${status} ${printable(statusText)}`.trimEnd();
  const said = printable(body);
  const hint = findHint(status, options.hints ?? remoteWriteHints);
  return `${answered}${said && `: ${said}`}${hint && ` (${hint})`}`;
}

const remoteWriteHints: Readonly<Record<number, string>> = {
  401: 'are the credentials missing or wrong?',
  403: 'may these credentials write?',
  404: 'is the path right? Prometheus itself needs --web.enable-remote-write-receiver',
  413: 'send fewer samples or bytes per request',
};

function findHint(status: number, hints: Readonly<Record<number, string>>): string {
  if (status >= 300 && status < 400) return 'redirects are not followed: configure the final URL';
  return hints[status] ?? '';
}
