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

/** More pages than any list has. Ends the list of a server that always returns another token. */
const MAX_PAGES = 100_000;

const Page = z.object({
  metadata: z.object({ continue: z.string().optional() }).nullish(),
  // Go always prints `items`, at least as null. An answer without it is not a list.
  items: z.array(z.unknown()).nullable(),
});

/** One page of a list. */
export interface ListedPage {
  readonly items: readonly unknown[];
  /** Whether this is an empty last page, and the page before it does not confirm that the list ends here. */
  readonly isDoubtful: boolean;
}

/**
 * Yields the objects of a list page by page, following `metadata.continue`. Servers may return
 * smaller pages than requested and an empty last page. An error ends the list, so the objects yielded
 * before it are incomplete.
 */
export async function* listPages(
  client: ApiClient,
  request: ListRequest,
  signal: AbortSignal,
): AsyncGenerator<ApiResult<ListedPage>> {
  const tokens = new Set<string>();
  let nextPage = requestPage(client, request, signal);
  for (;;) {
    const result = await nextPage();
    if (result.status !== 'ok') {
      yield result;
      return;
    }
    const { token, items, isDoubtful = false, ...previous } = result.value;
    const isEndless = tokens.has(token) || tokens.size === MAX_PAGES;
    if (token !== '' && !isEndless) {
      nextPage = requestPage(client, { ...request, token, previous }, signal);
    }
    tokens.add(token);
    yield { status: 'ok', value: { items, isDoubtful } };
    if (token === '') return;
    if (isEndless) {
      yield { status: 'failed', message: `GET ${request.path}: the pages of the list never end` };
      return;
    }
  }
}

interface PageRequest extends ListRequest {
  /** `metadata.continue` of the previous page; absent for the first page. */
  readonly token?: string | undefined;
  readonly previous?: Pick<PageValue, 'from' | 'isRepeated'>;
}

interface PageValue {
  readonly items: readonly unknown[];
  /** Empty on the last page. */
  readonly token: string;
  readonly isDoubtful?: boolean;
  /** Token that led to this page; absent for the first page. */
  readonly from?: string | undefined;
  /** Whether the page was requested again, because the page after it was empty. */
  readonly isRepeated?: boolean;
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
 * Verifies an empty last page. It is correct if all pages before it were exactly full, but a server
 * that fails to read its database, or to parse its own token, also answers with an empty page.
 * Requesting the previous page again with room for one more object shows whether the list continues.
 */
async function getCheckedPage(
  client: ApiClient,
  request: PageRequest,
  signal: AbortSignal,
): Promise<PageResult> {
  const result = await getPage(client, request, signal);
  const isEmptyLastPage =
    request.token !== undefined && result.status === 'ok' && isEmptyEnd(result.value);
  if (!isEmptyLastPage) return result;
  const { path, limit, previous: { from, isRepeated = false } = {} } = request;
  if (isRepeated) {
    const message = `GET ${path}: the list is longer, but its next page is empty`;
    return { status: 'failed', message };
  }
  const repeated = await getPage(client, { ...request, token: from, limit: limit + 1 }, signal);
  if (repeated.status !== 'ok') return repeated;
  // Returns the whole page, because the order of its objects may have changed since the first request.
  if (repeated.value.items.length > limit) {
    return { status: 'ok', value: { ...repeated.value, isRepeated: true } };
  }
  return { status: 'ok', value: { ...result.value, isDoubtful: isEmptyEnd(repeated.value) } };
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
  return client.get(
    { path, query: full, read: async (body) => readPage(body, { path, from: token }) },
    signal,
  );
}

async function readPage(
  body: Body,
  { path, from }: { readonly path: string; readonly from: string | undefined },
): Promise<PageValue> {
  const { value } = await readJsonBody(body, MAX_PAGE_BYTES);
  const { data } = Page.safeParse(value);
  if (data === undefined) throw new BodyError('invalid_shape', `GET ${path}: not a list`);
  return { items: data.items ?? [], token: data.metadata?.continue ?? '', from };
}
