import * as z from 'zod';

import { type ApiClient, type ApiResult, type Body, BodyError } from './api-client.ts';
import { readJsonBody } from './json-body.ts';

export interface ListRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Objects per page. */
  readonly limit: number;
  /** Requests the next page while the caller processes the current one. */
  readonly prefetch?: boolean;
}

/** 200 objects with their specs take about 1 MB, 500 objects without specs 2 MB. */
const MAX_PAGE_BYTES = 256 * 2 ** 20;

/** Far more than any cluster has. Stops a server that always returns another token. */
const MAX_PAGES = 100_000;

const Page = z.object({
  metadata: z.object({ continue: z.string().optional() }).nullish(),
  // Go always prints `items`, at least as null. An answer without it is not a list.
  items: z.array(z.unknown()).nullable(),
});

/**
 * Yields the objects of a list page by page, following `metadata.continue`. Servers may return
 * smaller pages than requested and an empty last page. An error ends the list; the objects yielded
 * before it are then not the complete list.
 */
export async function* listPages(
  client: ApiClient,
  request: ListRequest,
  signal: AbortSignal,
): AsyncGenerator<ApiResult<readonly unknown[]>> {
  const tokens = new Set<string>();
  let nextPage = requestPage(client, request, signal);
  for (;;) {
    const result = await nextPage();
    if (result.status !== 'ok') {
      yield result;
      return;
    }
    const { token, items } = result.value;
    const isEndless = tokens.has(token) || tokens.size === MAX_PAGES;
    if (token !== '' && !isEndless) nextPage = requestPage(client, { ...request, token }, signal);
    tokens.add(token);
    yield { status: 'ok', value: items };
    if (token === '') return;
    if (isEndless) {
      yield { status: 'failed', message: `GET ${request.path}: the pages of the list never end` };
      return;
    }
  }
}

interface PageRequest extends ListRequest {
  /** `metadata.continue` of the previous page; absent for the first page. */
  readonly token?: string;
}

interface PageValue {
  readonly items: readonly unknown[];
  /** Empty on the last page. */
  readonly token: string;
}

type PageResult = ApiResult<PageValue>;

/** With `prefetch` the request starts now, otherwise when the returned function is called. */
function requestPage(
  client: ApiClient,
  request: PageRequest,
  signal: AbortSignal,
): () => Promise<PageResult> {
  if (request.prefetch !== true) return async () => getCheckedPage(client, request, signal);
  const pending = getCheckedPage(client, request, signal);
  // Avoids an unhandled rejection: the request may fail before the caller awaits it.
  pending.catch(() => undefined);
  return async () => pending;
}

/**
 * Requests an empty last page a second time, because a server that fails to read its database may
 * answer 200 with an empty list.
 */
async function getCheckedPage(
  client: ApiClient,
  request: PageRequest,
  signal: AbortSignal,
): Promise<PageResult> {
  const result = await getPage(client, request, signal);
  const isEmptyLastPage =
    request.token !== undefined && result.status === 'ok' && isEmptyEnd(result.value);
  return isEmptyLastPage ? getPage(client, request, signal) : result;
}

function isEmptyEnd({ items, token }: PageValue): boolean {
  return items.length === 0 && token === '';
}

async function getPage(
  client: ApiClient,
  { path, query, limit, token }: PageRequest,
  signal: AbortSignal,
): Promise<PageResult> {
  const full = { ...query, limit: String(limit), ...(token !== undefined && { continue: token }) };
  return client.get({ path, query: full, read: async (body) => readPage(body, path) }, signal);
}

async function readPage(body: Body, path: string): Promise<PageValue> {
  const { value } = await readJsonBody(body, MAX_PAGE_BYTES);
  const { data } = Page.safeParse(value);
  if (data === undefined) throw new BodyError('invalid_shape', `GET ${path}: not a list`);
  return { items: data.items ?? [], token: data.metadata?.continue ?? '' };
}
