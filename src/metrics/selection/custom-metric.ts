import { RE2JS } from 're2js';

import type { FlagCondition } from '../../model/metric-conditions.ts';
import { isFindingLabel, isTargetLabel, type LabelName } from '../label-catalogue.ts';
import { MetricDefinitionError } from '../metric-definition-error.ts';
import type { FindingRow } from '../row.ts';
import type { TextFilter, Where } from '../where.ts';

/** A condition as configured, with the pattern as text. */
export type TextCondition =
  | { readonly in: readonly string[] }
  | { readonly not: readonly string[] }
  | { readonly matches: string };

type Conditions = {
  readonly [Key in keyof Where]?: (Key extends FlagCondition ? boolean : TextCondition) | undefined;
};

/** A user-defined metric with unchecked labels. */
export interface CustomMetric {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly where: Conditions;
  readonly value: FindingRow['value'];
}

/** @throws {MetricDefinitionError} A label or a pattern is invalid. */
export function toRow(metric: CustomMetric): FindingRow {
  const { name, help, value } = metric;
  const labels = metric.labels.map((label) => checkLabel(name, label));
  if (!labels.includes('cluster')) {
    throw new MetricDefinitionError(`metric ${name}: labels must include cluster`);
  }
  if (new Set(labels).size < labels.length) {
    throw new MetricDefinitionError(`metric ${name}: a label is listed twice`);
  }
  const conditions = Object.entries(metric.where).flatMap(([key, condition]) =>
    condition === undefined ? [] : [[key, toFilter(name, condition)] as const],
  );
  return { name, help, labels, value, over: 'findings', where: Object.fromEntries(conditions) };
}

function checkLabel(metric: string, label: string): LabelName {
  if (isLabelName(label)) return label;
  throw new MetricDefinitionError(
    `metric ${metric}: unknown label ${JSON.stringify(label)}; docs/metrics.md lists the labels`,
  );
}

function isLabelName(label: string): label is LabelName {
  return isTargetLabel(label) || isFindingLabel(label);
}

function toFilter(metric: string, condition: TextCondition | boolean): TextFilter | boolean {
  if (typeof condition === 'boolean' || !('matches' in condition)) return condition;
  try {
    const pattern = RE2JS.compile(condition.matches);
    return { matches: (text) => pattern.matches(text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MetricDefinitionError(
      `metric ${metric}: ${JSON.stringify(condition.matches)} is not a valid RE2 pattern: ${reason}`,
    );
  }
}
