import type { Config } from '../config/schema.ts';
import { selfMetrics, OWN_PREFIX } from '../cycle/self-metrics.ts';
import { selectRows } from '../metrics/selection/select-rows.ts';

/** Names of metric families in the order of the tables, the agent's own last. */
export function familyOrder(metrics: Config['metrics']): string[] {
  const rows = selectRows(metrics).map(({ name }) => name);
  return [...rows, ...selfMetrics.map(({ name }) => `${OWN_PREFIX}${name}`)];
}
