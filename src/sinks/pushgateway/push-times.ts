import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

import { AccessError } from '../../http/access-error.ts';
import { startDeadline } from '../../http/deadline.ts';
import { parseEndpoint } from '../../http/endpoint.ts';
import {
  requestStream,
  type RequestStreamOptions,
} from '../../http/receiver-access/request-stream.ts';
import { describeConnectionFailure } from '../../http/transport/describe-connection-failure.ts';
import { renderLabels } from '../../metrics/exposition/exposition.ts';
import { sortLabelNames } from '../../metrics/label-value-limiter.ts';
import type { GroupingLabel } from './grouping-path.ts';
import { pushgatewayHints } from './hints.ts';

/** `url` is the URL of the Pushgateway without `/metrics`. `timeoutMs` includes reading the whole response. */
export type PushTimesOptions = RequestStreamOptions;

export type PushTimes =
  /** Time of each group's last push, keyed by `groupKey`, in seconds since the Unix epoch. 0 if no push has succeeded yet. */
  | { readonly status: 'known'; readonly at: ReadonlyMap<string, number> }
  | { readonly status: 'unknown'; readonly reason: string };

const FAMILY = 'push_time_seconds';

/** Maximum line length in characters, far above that of any real series. */
const MAX_LINE = 2 ** 20;

/** Returns the series of a group's last push time, as a Pushgateway prints it. */
export function groupKey(job: string, labels: readonly GroupingLabel[]): string {
  // A Pushgateway adds an empty instance label to groups without one.
  const all = new Map([['instance', ''], ...labels, ['job', job]]);
  const sorted = sortLabelNames([...all.keys()]);
  return `${FAMILY}${renderLabels(sorted.map((name) => ({ name, value: all.get(name) ?? '' })))}`;
}

/**
 * Finds out which groups a Pushgateway has. Reads `/metrics` line by line, because the API returns all groups
 * with all their series in one document. Rejects only if the signal aborts.
 */
export async function readPushTimes(
  options: PushTimesOptions,
  signal: AbortSignal,
): Promise<PushTimes> {
  const { timeoutMs } = options;
  const url = metricsUrl(options.url);
  const { label } = parseEndpoint(url);
  const deadline = startDeadline(timeoutMs, signal);
  try {
    const headers = { ...options.headers, Accept: 'text/plain; version=0.0.4' };
    const { status, data } = await requestStream({ ...options, url, headers }, deadline.signal);
    if (status === 200) return { status: 'known', at: await readLines(data) };
    data.destroy();
    const hint = pushgatewayHints[status];
    const reason = `${label} answered ${status}${hint === undefined ? '' : ` (${hint})`}`;
    return { status: 'unknown', reason };
  } catch (error) {
    signal.throwIfAborted();
    const isLate = deadline.signal.aborted;
    const what = isLate ? `timed out after ${timeoutMs} ms` : describe(error);
    return { status: 'unknown', reason: `no answer from ${label}: ${what}` };
  } finally {
    deadline.clear();
  }
}

function metricsUrl(base: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/metrics`;
  return url.href;
}

async function readLines(stream: Readable): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  for await (const line of linesOf(stream)) {
    if (!line.startsWith(`${FAMILY}{`)) continue;
    const end = line.lastIndexOf(' ');
    times.set(line.slice(0, end), Number(line.slice(end + 1)));
  }
  return times;
}

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) throw new Error('line too long');
    yield* lines;
  }
}

function describe(error: unknown): string {
  if (error instanceof AccessError) return error.message;
  return describeConnectionFailure(error, 'the answer is incomplete or not text');
}
