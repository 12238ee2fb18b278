import type { Label } from '../time-series.ts';
import { sortLabels } from './labels.ts';

/**
 * Adds `external_labels` as Prometheus does: a label that the series has of its own stays. To be done
 * before relabeling, which so may change them. Names must be legal, those of the series sorted; what
 * comes back is sorted, and is the same object if there is nothing to add.
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

/** Legal names are ASCII, which is in one order as bytes and as UTF-16 units. */
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
