import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { z } from 'zod';

const folder = resolve(import.meta.dirname, '../../../../shared/captures/kubescape-storage');
const missing = existsSync(folder) ? undefined : 'there is no ../shared/captures';

/** An exchange with the real storage server. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly status: number;
  /** Keys in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const Watch = z.object({
  request: z.string(),
  status: z.number(),
  responseHeaders: z.array(z.string()),
  chunks: z.array(z.object({ data: z.string() })),
  end: z.object({ how: z.string() }),
});

/** A watch of the real storage server, from the request to its end. */
export interface RecordedWatch extends Pick<Exchange, 'url' | 'status' | 'headers'> {
  readonly events: readonly unknown[];
  readonly endsNormally: boolean;
}

/**
 * Exchanges recorded with the real storage server, which are not part of the repository. Tests that
 * need them are skipped if the folder does not exist.
 */
export const captures = {
  missing,
  /** Suffix for test titles: the reason if the tests are skipped. */
  note: missing === undefined ? '' : ` (skipped: ${missing})`,
  exchange: (name: string): Exchange => parseExchange(read(`${name}.http`)),
  watch: (name: string): RecordedWatch => parseWatch(read(`${name}.watch.json`)),
};

function read(name: string): string {
  return readFileSync(resolve(folder, name), 'utf8');
}

function parseExchange(text: string): Exchange {
  const [request = '', answer = '', ...rest] = text.split('\n\n').filter(isNoRequestBody);
  const [method = '', url = ''] = (request.split('\n')[0] ?? '').split(' ');
  return {
    method,
    url,
    requestHeaders: parseHeaders(request.split('\n').slice(1)),
    status: Number(answer.split(' ')[1]),
    headers: parseHeaders(answer.split('\n').slice(1)),
    body: rest.join('\n\n').trim(),
  };
}

/** The recording states in parentheses that it leaves out the body of a request. */
function isNoRequestBody(part: string): boolean {
  return !part.startsWith('(');
}

function parseWatch(text: string): RecordedWatch {
  const { request, status, responseHeaders, chunks, end } = Watch.parse(JSON.parse(text));
  const lines = chunks.map(({ data }) => data).join('');
  return {
    url: request.split(' ')[1] ?? '',
    status,
    headers: parseHeaders(responseHeaders),
    events: lines
      .split('\n')
      .filter(Boolean)
      .map((line): unknown => JSON.parse(line)),
    endsNormally: end.how.startsWith('orderly'),
  };
}

function parseHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name.toLowerCase(), value.join(': ')];
    }),
  );
}
