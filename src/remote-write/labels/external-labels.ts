import type { Label } from '../time-series.ts';
import { sortLabels } from './labels.ts';

/**
 * Adds `external_labels` as Prometheus does: before relabeling, and without replacing labels of the series.
 * Expects sorted labels. Returns sorted labels, or the same object if nothing was added. The order of names
 * beyond ASCII is corrected later.
 */
export function createExternalLabels(
  externalLabels: Readonly<Record<string, string>>,
): (labels: readonly Label[]) => readonly Label[] {
  const external = sortLabels(
    Object.entries(externalLabels).flatMap(([name, value]) =>
      value === '' ? [] : { name, value },
    ),
  );
  if (external.length === 0) return (labels) => labels;
  return (labels) => {
    const missing = external.filter((one) => labels.every(({ name }) => name !== one.name));
    return missing.length === 0 ? labels : merge(labels, missing);
  };
}

function merge(labels: readonly Label[], added: readonly Label[]): Label[] {
  const merged: Label[] = [];
  let index = 0;
  for (const label of labels) {
    for (let next = added[index]; next && next.name < label.name; next = added[++index]) {
      merged.push(next);
    }
    merged.push(label);
  }
  return merged.concat(added.slice(index));
}
