/** One label of a grouping key. */
export type GroupingLabel = readonly [name: string, value: string];

/**
 * The path of a group: `/metrics/job/<job>{/<name>/<value>}`. The Pushgateway splits the path at
 * slashes after decoding it, so a value with a slash, and an empty one, must go as URL-safe base64
 * behind `@base64` (Pushgateway README, "URL").
 */
export function groupingPath(job: string, labels: readonly GroupingLabel[]): string {
  const pairs: readonly GroupingLabel[] = [['job', job], ...labels];
  return `/metrics${pairs.map(encodePair).join('')}`;
}

function encodePair([name, text]: GroupingLabel): string {
  // Half a character cannot be said in UTF-8, and so in no URL.
  const value = text.toWellFormed();
  if (value === '') return `/${name}@base64/=`;
  // A lone dot or two would be taken as a step up in the path.
  if (value.includes('/') || value === '.' || value === '..') {
    return `/${name}@base64/${Buffer.from(value, 'utf8').toString('base64url')}`;
  }
  return `/${name}/${encodeURIComponent(value)}`;
}

interface GroupOwner {
  readonly cluster: string;
  readonly shard?: string;
}

/** What a group is told apart by beside the job, in the order of its path. */
export function groupingLabels(
  { cluster, shard }: GroupOwner,
  more: Readonly<Record<string, string>>,
): readonly GroupingLabel[] {
  const own: GroupingLabel[] = [['cluster', cluster]];
  if (shard !== undefined) own.push(['shard', shard]);
  return [...own, ...Object.entries(more)];
}

/** The URL of a group at a Pushgateway whose own URL may have a path. */
export function groupUrl(base: string, job: string, labels: readonly GroupingLabel[]): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${groupingPath(job, labels)}`;
  return url.href;
}
