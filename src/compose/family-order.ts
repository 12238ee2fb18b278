import { ownMetrics, OWN_PREFIX } from '../agent/own-metrics.ts';
import type { Config } from '../config/schema.ts';
import { selectRows } from '../metrics/select-rows.ts';

/** Names of metric families in the order of the tables, the agent's own last. */
export function familyOrder(metrics: Config['metrics']): string[] {
  const rows = selectRows(metrics).map(({ name }) => name);
  return [...rows, ...ownMetrics.map(({ name }) => `${OWN_PREFIX}${name}`)];
}
