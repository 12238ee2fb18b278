import type { MetricFamily, Series } from './series.ts';

/** HELP and TYPE of a family in the Prometheus text format 0.0.4. */
export function renderFamilyHead({ name, help, type }: MetricFamily): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

/** One series as a line of the text format, without a timestamp. */
export function renderSeries({ family, labels, value }: Series): string {
  let pairs = '';
  for (const label of labels) {
    pairs += `${pairs === '' ? '' : ','}${label.name}="${escapeLabelValue(label.value)}"`;
  }
  return `${family.name}${pairs === '' ? '' : `{${pairs}}`} ${renderValue(value)}\n`;
}

function renderValue(value: number): string {
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
