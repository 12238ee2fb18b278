import { METRIC_NAME } from '../labels/labels.ts';
import type { Label } from '../time-series.ts';
import { LabelBuilder } from './label-builder.ts';
import type { RelabelConfig } from './relabel-config.ts';
import { compileRule } from './rule.ts';

/** Returns undefined to drop the series. */
export type Relabel = (labels: readonly Label[]) => readonly Label[] | undefined;

/**
 * Applies `write_relabel_configs` like Prometheus 3. Expects and returns sorted, unique, non-empty labels. Returns the same object if no rule changes anything. Names starting with `__`,
 * except `__name__`, are removed at the end. A series without `__name__` is dropped.
 *
 * @param configs Validated by the configuration schema.
 * @param reservedNames Names starting with `__` that are kept.
 * @throws {SyntaxError} A pattern is not valid RE2.
 */
export function compileRelabeling(
  configs: readonly RelabelConfig[],
  reservedNames: ReadonlySet<string> = new Set(),
): Relabel {
  const rules = configs.map((config) => compileRule(config));
  const builder = new LabelBuilder(reservedNames);
  return (labels) => {
    builder.reset(labels);
    for (const rule of rules) if (!rule(builder)) return undefined;
    return builder.get(METRIC_NAME) === '' ? undefined : builder.finish();
  };
}
