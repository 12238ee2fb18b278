import type { AccessOptions } from '../../http/access-options.ts';
import { createRetryingClient } from '../../remote-write/client/retrying-client.ts';
import type { WriteResult } from '../../remote-write/client/write-client.ts';
import { groupUrl, type GroupingLabel } from './grouping-path.ts';
import { pushgatewayHints } from './hints.ts';

export interface DeleteGroupOptions {
  readonly url: string;
  readonly job: string;
  readonly labels: readonly GroupingLabel[];
  readonly timeoutMs: number;
  readonly retryBudgetMs: number;
  readonly userAgent: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly access?: AccessOptions;
}

/** Deletes a group and all its series. Groups never expire by themselves. */
export async function deleteGroup(
  { url, job, labels, ...options }: DeleteGroupOptions,
  signal: AbortSignal,
): Promise<WriteResult> {
  const client = createRetryingClient({
    headers: {},
    ...options,
    url: groupUrl(url, job, labels),
    method: 'DELETE',
    protocolHeaders: {},
    hints: pushgatewayHints,
    onRetry: () => undefined,
  });
  return client.write(Buffer.alloc(0), { attempt: 0, signal });
}
