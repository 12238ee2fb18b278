import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

import { AccessError } from '../../http/access-error.ts';
import { startDeadline } from '../../http/deadline.ts';
import { parseEndpoint } from '../../http/endpoint.ts';
import {
  requestStream,
  type RequestStreamOptions,
} from '../../http/receiver-access/request-stream.ts';
import { describeFailure } from '../../http/transport/describe-failure.ts';
import { renderLabels } from '../../metrics/exposition/exposition.ts';
import { sortLabelNames } from '../../metrics/label-value-limiter.ts';
import type { GroupingLabel } from './grouping-path.ts';
import { pushgatewayHints } from './hints.ts';

/** The URL is that of the Pushgateway, without `/metrics`; the time is until the last line. */
export type PushTimesOptions = RequestStreamOptions;

export type PushTimes =
  /** Seconds since the Unix epoch by `groupKey`; 0 where no push was ever taken. */
  | { readonly status: 'known'; readonly at: ReadonlyMap<string, number> }
  | { readonly status: 'unknown'; readonly reason: string };

const FAMILY = 'push_time_seconds';

/** Characters; the labels of a series that anybody would push are far from it. */
const MAX_LINE = 2 ** 20;

/** How the time of the last push to a group stands in the text of a Pushgateway. */
export function groupKey(job: string, labels: readonly GroupingLabel[]): string {
  // A Pushgateway gives an empty instance to everything that has none.
  const all = new Map([['instance', ''], ...labels, ['job', job]]);
  const sorted = sortLabelNames([...all.keys()]);
  return `${FAMILY}${renderLabels(sorted.map((name) => ({ name, value: all.get(name) ?? '' })))}`;
}

/**
 * Asks a Pushgateway which groups it holds. Out of its metrics line by line, because the list of
 * groups in its API comes with every series of all of them, in one document. Rejects only on abort.
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
    const what = isLate ? `nothing more within ${timeoutMs} ms` : describe(error);
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
  return describeFailure(error, 'it broke off, or is no text');
}
