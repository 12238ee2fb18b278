import type { Config } from '../config/schema.ts';
import { scanNeedsOf } from '../metrics/selection/scan-needs.ts';
import { selectRows } from '../metrics/selection/select-rows.ts';
import { watchFiles } from '../sources/files/watch-files.ts';
import { ChangeTracker } from '../sources/kubescape/change-tracker.ts';
import { composeAccess, kindsFor } from './sources.ts';

export type { ChangeTracker };

/** Created once per agent. */
export function createChangeTracker(): ChangeTracker {
  return new ChangeTracker();
}

export interface ChangeObserver {
  /** Called after a possible change. */
  readonly onChange: () => void;
  /** For changes in a cluster. Shared with the source. */
  readonly tracker: ChangeTracker;
  /** Called with a sentence when a kind cannot be watched. */
  readonly warn: (message: string) => void;
}

/**
 * Watches for changed scan results until the signal aborts. Calls of `onChange` are hints: there may be
 * calls without a change, and changes without a call.
 *
 * @throws {SourceError} The cluster cannot be reached at all.
 */
export async function composeChanges(
  { source: { files, kubernetes }, metrics }: Config,
  { onChange, warn, tracker }: ChangeObserver,
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
  tracker.listen(() => onChange());
  try {
    await watchChanges({
      ...{ access, client, clock, namespace, timeoutMs },
      ...{ kinds, signal, tracker, warn },
    });
  } finally {
    access.close();
  }
}
