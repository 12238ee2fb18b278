import type { Label } from '../time-series.ts';
import { isLabelName, METRIC_NAME, sortLabels } from './labels.ts';

/**
 * Makes a name match `[a-zA-Z_][a-zA-Z0-9_]*` by replacing other characters with `_`. The result never starts
 * with the reserved `__`. Empty names stay empty.
 */
export function sanitizeLabelName(name: string): string {
  return replaceIllegal(name, /[^a-zA-Z0-9_]/gu).replace(/^__+/, '_');
}

/** Like `sanitizeLabelName`, for metric names: `[a-zA-Z_:][a-zA-Z0-9_:]*`. */
export function sanitizeMetricName(name: string): string {
  return replaceIllegal(name, /[^a-zA-Z0-9_:]/gu);
}

/**
 * Escapes names for remote write 1.0, which allows only ASCII letters, digits and underscores. If two labels
 * end up with the same name, the one that had it originally stays, otherwise the first by bytes.
 */
export function escapeNames(labels: readonly Label[]): Label[] {
  const escaped = new Map<string, Label>();
  const validFirst = labels.toSorted(
    (a, b) => Number(isLabelName(b.name)) - Number(isLabelName(a.name)),
  );
  for (const { name, value } of validFirst) {
    const label =
      name === METRIC_NAME
        ? { name, value: sanitizeMetricName(value) }
        : { name: isLabelName(name) ? name : sanitizeLabelName(name), value };
    if (!escaped.has(label.name)) escaped.set(label.name, label);
  }
  return sortLabels([...escaped.values()]);
}

function replaceIllegal(name: string, illegal: RegExp): string {
  return name.replaceAll(illegal, '_').replace(/^(?=[0-9])/, '_');
}
