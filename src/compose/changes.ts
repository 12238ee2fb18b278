import type { Config } from '../config/schema.ts';
import { scanNeedsOf } from '../metrics/selection/scan-needs.ts';
import { selectRows } from '../metrics/selection/select-rows.ts';
import { watchFiles } from '../sources/files/watch-files.ts';
import { composeAccess, kindsFor } from './sources.ts';

export interface ChangeObserver {
  /** Called when something has changed, or may have. */
  readonly onChange: () => void;
  /** Called with a sentence where something cannot be watched. */
  readonly warn: (message: string) => void;
}

/**
 * Watches for changes of scan results until the signal aborts. What it tells is a hint: it may come
 * for nothing, and it may not come.
 *
 * @throws {SourceError} The cluster cannot be reached at all.
 */
export async function composeChanges(
  { source: { files, kubernetes }, metrics }: Config,
  { onChange, warn }: ChangeObserver,
  signal: AbortSignal,
): Promise<void> {
  if (files.paths.length > 0) {
    await watchFiles({ paths: files.paths, onChange, signal });
    return;
  }
  const { ApiClient } = await import('../kubernetes/api-client.ts');
  const { nodeClock: clock } = await import('../http/retry-clock.ts');
  const { watchChanges } = await import('../sources/kubescape/watch-changes.ts');
  const { namespace, timeout: timeoutMs, retry_budget: retryBudgetMs } = kubernetes;
  const access = await composeAccess(kubernetes, signal);
  const client = new ApiClient({ access, timeoutMs, retryBudgetMs });
  const kinds = kindsFor(scanNeedsOf(selectRows(metrics)));
  const told = { kinds, onChange: () => onChange(), warn, signal };
  try {
    await watchChanges({ access, client, clock, namespace, timeoutMs, ...told });
  } finally {
    access.close();
  }
}
