import type { ApiClient, ApiResult } from '../../kubernetes/api-client.ts';
import type { ListItem } from './known-items.ts';
import { type ListRequest, listPages } from './list-objects.ts';

export interface ListEnd {
  /** Whether the last of several pages was empty: so it is after an error of the server, too. */
  readonly endsEmpty: boolean;
}

/** The whole of a list, or why it could not be had; never a part of it. */
export async function collectList<Value>(
  client: ApiClient,
  request: ListRequest<Value>,
  options: {
    readonly signal: AbortSignal;
    readonly onPage: (items: readonly ListItem<Value>[]) => void;
  },
): Promise<ApiResult<ListEnd>> {
  let pages = 0;
  let last = 0;
  for await (const page of listPages(client, { ...request, isWhole: true }, options.signal)) {
    if (page.status !== 'ok') return page;
    pages++;
    last = page.value.length;
    options.onPage(page.value);
  }
  return { status: 'ok', value: { endsEmpty: pages > 1 && last === 0 } };
}
