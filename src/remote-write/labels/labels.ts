import type { Label } from '../time-series.ts';

export const METRIC_NAME = '__name__';

/** Rules of remote write 1.0, "Labels". Version 2.0 only recommends them, but many receivers enforce them. */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const METRIC_NAME_VALUE = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * Order of labels on the wire: by the UTF-8 bytes of their names, so upper case comes before `__name__`, and
 * `__name__` before lower case. JavaScript compares UTF-16 units, which differs for characters above U+FFFF.
 */
export function compareLabels(a: Label, b: Label): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

export function sortLabels(labels: readonly Label[]): Label[] {
  return labels.toSorted(compareLabels);
}

export function isLabelName(name: string): boolean {
  return LABEL_NAME.test(name);
}

/** Label and metric names in Prometheus 3 and remote write 2.0: any Unicode text that is not empty. */
export function isUtf8Name(name: string): boolean {
  return name !== '' && name.isWellFormed();
}

export function isMetricName(name: string): boolean {
  return METRIC_NAME_VALUE.test(name);
}

/** Explains why receivers would reject or silently drop a series with these labels. */
export function findLabelProblem(labels: readonly Label[]): string | undefined {
  return (
    findIllegalName(labels) ??
    findMisplacedName(labels) ??
    findEmptyValue(labels) ??
    findIllegalMetricName(labels)
  );
}

function findIllegalName(labels: readonly Label[]): string | undefined {
  const illegal = labels.find(({ name }) => !isLabelName(name));
  return illegal && `illegal label name ${JSON.stringify(illegal.name)}`;
}

/** Comparing UTF-16 units is sufficient, because the names are ASCII. */
function findMisplacedName(labels: readonly Label[]): string | undefined {
  const index = labels.findIndex(({ name }, i) => i > 0 && name <= (labels[i - 1]?.name ?? ''));
  const misplaced = labels[index];
  if (misplaced === undefined) return undefined;

  const repeated = labels[index - 1]?.name === misplaced.name;
  return repeated
    ? `label ${misplaced.name} occurs twice`
    : `label ${misplaced.name} is out of order`;
}

/** Receivers treat a label with an empty value as missing. */
export function findEmptyValue(labels: readonly Label[]): string | undefined {
  const empty = labels.find(({ value }) => value === '');
  return empty && `label ${empty.name} is empty`;
}

function findIllegalMetricName(labels: readonly Label[]): string | undefined {
  const name = labels.find((label) => label.name === METRIC_NAME)?.value;
  if (name === undefined) return `label ${METRIC_NAME} is missing`;
  return isMetricName(name) ? undefined : `illegal metric name ${JSON.stringify(name)}`;
}
