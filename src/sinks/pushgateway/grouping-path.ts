export type GroupingLabel = readonly [name: string, value: string];

/**
 * Returns the path of a group: `/metrics/job/<job>{/<name>/<value>}`. The Pushgateway splits the path at slashes
 * after decoding it, so an empty value, or one with a slash, is written as URL-safe base64 with the suffix
 * `@base64` (Pushgateway README, "URL").
 */
export function groupingPath(job: string, labels: readonly GroupingLabel[]): string {
  const pairs: readonly GroupingLabel[] = [['job', job], ...labels];
  return `/metrics${pairs.map(encodePair).join('')}`;
}

function encodePair([name, text]: GroupingLabel): string {
  // A lone surrogate cannot be encoded in a URL.
  const value = text.toWellFormed();
  if (value === '') return `/${name}@base64/=`;
  // URL parsers resolve `.` and `..` as path segments.
  if (value.includes('/') || value === '.' || value === '..') {
    return `/${name}@base64/${Buffer.from(value, 'utf8').toString('base64url')}`;
  }
  return `/${name}/${encodeURIComponent(value)}`;
}

interface GroupOwner {
  readonly cluster: string;
  readonly shard?: string;
}

/** Labels of the grouping key besides the job, in path order. */
export function groupingLabels(
  { cluster, shard }: GroupOwner,
  more: Readonly<Record<string, string>>,
): readonly GroupingLabel[] {
  const fixed: GroupingLabel[] = [['cluster', cluster]];
  if (shard !== undefined) fixed.push(['shard', shard]);
  return [...fixed, ...Object.entries(more)];
}

/** Returns the URL of a group. The base URL may contain a path. */
export function groupUrl(base: string, job: string, labels: readonly GroupingLabel[]): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${groupingPath(job, labels)}`;
  return url.href;
}
