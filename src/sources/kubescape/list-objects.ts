import { createHash } from 'node:crypto';

import * as z from 'zod';

import {
  type ApiClient,
  type ApiResult,
  type Body,
  BodyError,
} from '../../kubernetes/api-client.ts';
import { parseJson, readPieces } from '../../kubernetes/json-body.ts';
import { cutList } from './cut-list.ts';
import type { KnownTexts, ListItem } from './known-items.ts';

export interface ListRequest<Value = unknown> {
  readonly path: string;
  /** `FULL_SPEC` or `METADATA_ONLY`: a list that says neither gets zeros. */
  readonly query: Readonly<Record<string, string>>;
  /** Objects a page. */
  readonly limit: number;
  /** Pages and items that need not be parsed. */
  readonly known?: KnownTexts<Value>;
  /** Whether all pages are wanted: then the next one is under way while a page is looked at. */
  readonly isWhole?: boolean;
}

/** A page never needs more: 200 summaries are 1 MB, 500 objects without their spec 2 MB. */
const MAX_PAGE_BYTES = 256 * 2 ** 20;

/** Far beyond any cluster; ends a server that never ends. */
const MAX_PAGES = 100_000;

const Page = z.object({
  metadata: z.object({ continue: z.string().optional() }).nullish(),
  // Go prints it always, if only as null: an answer without it is something else.
  items: z.array(z.unknown()).nullable(),
});

/**
 * All pages of a list. The server cuts at 500 objects even unasked, and says so in `continue`
 * only; the last page may be empty. So it is after an error of the server's database too, so an
 * empty one is asked for once more. A page that cannot be had ends the list with that result: what
 * came before is then not the whole.
 */
export async function* listPages<Value>(
  client: ApiClient,
  request: ListRequest<Value>,
  signal: AbortSignal,
): AsyncGenerator<ApiResult<readonly ListItem<Value>[]>> {
  const tokens = new Set<string>();
  let ask = startPage(client, { ...request, token: undefined }, signal);
  for (;;) {
    const result = await ask();
    if (result.status !== 'ok') {
      yield result;
      return;
    }
    const { token, items } = result.value;
    const isEndless = tokens.has(token) || tokens.size === MAX_PAGES;
    if (token !== '' && !isEndless) ask = startPage(client, { ...request, token }, signal);
    tokens.add(token);
    yield { status: 'ok', value: items };
    if (token === '') return;
    if (isEndless) {
      yield { status: 'failed', message: `GET ${request.path}: the pages of the list never end` };
      return;
    }
  }
}

interface PageRequest<Value> extends ListRequest<Value> {
  readonly token: string | undefined;
}

interface PageValue<Value> {
  readonly items: readonly ListItem<Value>[];
  readonly token: string;
}

/** The page is asked for at once where the whole list is wanted, and else with the call. */
function startPage<Value>(
  client: ApiClient,
  request: PageRequest<Value>,
  signal: AbortSignal,
): () => ReturnType<typeof getPageTwice<Value>> {
  if (request.isWhole !== true) return async () => getPageTwice(client, request, signal);
  const coming = getPageTwice(client, request, signal);
  // It may fail before anyone waits for it; whoever does then still learns of it.
  coming.catch(() => undefined);
  return async () => coming;
}

/** Twice only where the page says that the list ends with nothing: once may be an error. */
async function getPageTwice<Value>(
  client: ApiClient,
  request: PageRequest<Value>,
  signal: AbortSignal,
): Promise<ApiResult<PageValue<Value>>> {
  const result = await getPage(client, request, signal);
  const isSuspect =
    request.token !== undefined && result.status === 'ok' && isEmptyEnd(result.value);
  return isSuspect ? getPage(client, request, signal) : result;
}

function isEmptyEnd({ items, token }: PageValue<unknown>): boolean {
  return items.length === 0 && token === '';
}

async function getPage<Value>(
  client: ApiClient,
  request: PageRequest<Value>,
  signal: AbortSignal,
): Promise<ApiResult<PageValue<Value>>> {
  const { path, query, limit, token } = request;
  const full = { ...query, limit: String(limit), ...(token !== undefined && { continue: token }) };
  return client.get({ path, query: full, read: async (body) => readPage(body, request) }, signal);
}

async function readPage<Value>(body: Body, request: PageRequest<Value>): Promise<PageValue<Value>> {
  // Put together only where it has to be looked at.
  const pieces = await readPieces(body, MAX_PAGE_BYTES);
  const { known } = request;
  if (known === undefined) return parsePage(Buffer.concat(pieces), request);
  const digest = digestOf(...pieces);
  const page = known.findPage(digest);
  if (page !== undefined) {
    known.notePage(digest, page);
    return page;
  }
  const value = parsePage(Buffer.concat(pieces), request);
  // Without what was parsed, which would be kept as long as the list.
  known.notePage(digest, { ...value, items: value.items.map((item) => ({ digest: item.digest })) });
  return value;
}

function parsePage<Value>(bytes: Buffer, { path, known }: PageRequest<Value>): PageValue<Value> {
  const cut = known && cutList(bytes);
  const { data } = Page.safeParse(parseJson(cut?.envelope ?? bytes.toString('utf8')));
  if (data === undefined) {
    throw new BodyError('invalid_shape', `GET ${path}: the answer is no list`);
  }
  const items =
    cut === undefined
      ? (data.items ?? []).map((value) => ({ digest: '', value }))
      : cut.items.map((item) => readItem(item, known));
  return { items, token: data.metadata?.continue ?? '' };
}

function readItem<Value>(bytes: Buffer, known: KnownTexts<Value> | undefined): ListItem<Value> {
  const digest = digestOf(bytes);
  return known?.findItem(digest) ?? { digest, value: parseJson(bytes.toString('utf8')) };
}

function digestOf(...pieces: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('base64');
}
