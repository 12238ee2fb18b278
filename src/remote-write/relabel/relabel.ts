import { METRIC_NAME } from '../labels/labels.ts';
import type { Label } from '../time-series.ts';
import { LabelBuilder } from './label-builder.ts';
import type { RelabelConfig } from './relabel-config.ts';
import { compileRule } from './rule.ts';

/** `undefined` drops the series. */
export type Relabel = (labels: readonly Label[]) => readonly Label[] | undefined;

/**
 * `write_relabel_configs` as Prometheus applies them, with its legacy names. Given labels must be
 * sorted, unique, of legal names and not empty; so are those that come back, and they are the same
 * object if no rule has changed anything. Names in `__`, except `__name__`, are removed at the end.
 * A series without `__name__` is dropped.
 *
 * The configs must hold what their action needs: the schema of the configuration sees to it.
 *
 * @throws {SyntaxError} A pattern is no RE2.
 */
export function compileRelabeling(configs: readonly RelabelConfig[]): Relabel {
  const rules = configs.map((config) => compileRule(config));
  const builder = new LabelBuilder();
  return (labels) => {
    builder.reset(labels);
    for (const rule of rules) if (!rule(builder)) return undefined;
    return builder.get(METRIC_NAME) === '' ? undefined : builder.finish();
  };
}
