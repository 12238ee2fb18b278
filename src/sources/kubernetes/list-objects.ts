import * as z from 'zod';

import type { ApiClient, ApiResult } from './api-client.ts';
import { BodyError } from './api-client.ts';
import { readJsonBody } from './json-body.ts';

export interface ListRequest {
  readonly path: string;
  /** `FULL_SPEC` or `METADATA_ONLY`: a list that says neither gets zeros. */
  readonly query: Readonly<Record<string, string>>;
  /** Objects a page. */
  readonly limit: number;
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
 * only; the last page may be empty. A page that cannot be had ends the list with that result: what
 * came before is then not the whole.
 */
export async function* listPages(
  client: ApiClient,
  request: ListRequest,
  signal: AbortSignal,
): AsyncGenerator<ApiResult<readonly unknown[]>> {
  const tokens = new Set<string>();
  for (let token: string | undefined; ;) {
    const result = await getPage(client, { ...request, token }, signal);
    if (result.status !== 'ok') {
      yield result;
      return;
    }
    yield { status: 'ok', value: result.value.items };
    const { token: next } = result.value;
    if (next === '') return;
    if (tokens.has(next) || tokens.size === MAX_PAGES) {
      yield { status: 'failed', message: `GET ${request.path}: the pages of the list never end` };
      return;
    }
    tokens.add(next);
    token = next;
  }
}

interface PageRequest extends ListRequest {
  readonly token: string | undefined;
}

interface PageValue {
  readonly items: readonly unknown[];
  readonly token: string;
}

async function getPage(
  client: ApiClient,
  { path, query, limit, token }: PageRequest,
  signal: AbortSignal,
): Promise<ApiResult<PageValue>> {
  const full = { ...query, limit: String(limit), ...(token !== undefined && { continue: token }) };
  return client.get(
    {
      path,
      query: full,
      async read(body) {
        const { value } = await readJsonBody(body, MAX_PAGE_BYTES);
        const page = Page.safeParse(value);
        if (!page.success)
          throw new BodyError('invalid_shape', `GET ${path}: the answer is no list`);
        return { items: page.data.items ?? [], token: page.data.metadata?.continue ?? '' };
      },
    },
    signal,
  );
}
