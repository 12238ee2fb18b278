import type { ApiClient, ApiResult } from './api-client.ts';
import { type ListRequest, listPages } from './list-pages.ts';

export interface ListEnd {
  /** Whether the list ended with an empty page that may be due to a server error. */
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
  let endsEmpty = false;
  for await (const page of listPages(client, { ...request, prefetch: true }, options.signal)) {
    if (page.status !== 'ok') return page;
    endsEmpty = page.value.isDoubtful;
    options.onPage(page.value.items);
  }
  return { status: 'ok', value: { endsEmpty } };
}
