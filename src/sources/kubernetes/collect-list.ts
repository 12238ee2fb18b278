import type { ApiClient, ApiResult } from './api-client.ts';
import { type ListItem, type ListRequest, listPages } from './list-objects.ts';

/** The whole of a list, or why it could not be had; never a part of it. */
export async function collectList(
  client: ApiClient,
  request: ListRequest,
  options: { readonly signal: AbortSignal; readonly onPage: (items: readonly ListItem[]) => void },
): Promise<ApiResult<number>> {
  let count = 0;
  for await (const page of listPages(client, { ...request, isWhole: true }, options.signal)) {
    if (page.status !== 'ok') return page;
    count += page.value.length;
    options.onPage(page.value);
  }
  return { status: 'ok', value: count };
}
