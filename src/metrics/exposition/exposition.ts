import type { Label, MetricFamily, Series } from '../series.ts';

/** Renders the HELP and TYPE lines of a family in the Prometheus text format 0.0.4. */
export function renderFamilyHead({ name, help, type }: MetricFamily): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

/** Renders one series as a line of the text format, without a timestamp. */
export function renderSeries({ family, labels, value }: Series): string {
  return `${family.name}${renderLabels(labels)} ${renderValue(value)}\n`;
}

/** Renders a label set in braces, or an empty string for an empty set. */
export function renderLabels(labels: readonly Label[]): string {
  if (labels.length === 0) return '';
  const pieces: string[] = [];
  for (const { name, value } of labels) {
    pieces.push(pieces.length === 0 ? '{' : '",', name, '="', escapeLabelValue(value));
  }
  pieces.push('"}');
  // `join` creates a flat string. Concatenation would be flattened again for each series.
  return pieces.join('');
}

export function renderValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabelValue(text: string): string {
  if (!/[\\\n"]/.test(text)) return text;
  return escapeHelp(text).replaceAll('"', '\\"');
}
