import type { ApiClient, ApiResult } from './api-client.ts';
import { type ListRequest, listPages } from './list-pages.ts';

export interface ListEnd {
  /** Whether the list had several pages and the last one was empty, possibly due to a server error. */
  readonly endsEmpty: boolean;
}

/** Reads a complete list. After an error, the objects already passed to `onPage` are incomplete. */
export async function collectList(
  client: ApiClient,
  request: ListRequest,
  options: {
    readonly signal: AbortSignal;
    readonly onPage: (items: readonly unknown[]) => void;
  },
): Promise<ApiResult<ListEnd>> {
  let pages = 0;
  let lastLength = 0;
  for await (const page of listPages(client, { ...request, prefetch: true }, options.signal)) {
    if (page.status !== 'ok') return page;
    pages++;
    lastLength = page.value.length;
    options.onPage(page.value);
  }
  return { status: 'ok', value: { endsEmpty: pages > 1 && lastLength === 0 } };
}
