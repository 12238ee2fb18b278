import type { Config } from '../config/schema.ts';
import { selfMetrics, SELF_PREFIX } from '../cycle/self-metrics.ts';
import { selectRows } from '../metrics/selection/select-rows.ts';

/** Names of the metric families in table order, self-metrics last. */
export function familyOrder(metrics: Config['metrics']): string[] {
  const rows = selectRows(metrics).map(({ name }) => name);
  return [...rows, ...selfMetrics.map(({ name }) => `${SELF_PREFIX}${name}`)];
}
