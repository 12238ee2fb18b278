export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of an exposition text whose label values need no escapes. */
export function samplesOf(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = labels.matchAll(/(\w+)="([^"]*)"/g);
    return {
      name,
      labels: Object.fromEntries(Array.from(pairs, ([, key = '', written = '']) => [key, written])),
      value: Number(value),
    };
  });
}

/** The only value of a family; `undefined` if it has none. */
export function valueOf(text: string, family: string): number | undefined {
  return samplesOf(text).find(({ name }) => name === family)?.value;
}

/** Values of a family by one of its labels. */
export function valuesBy(text: string, family: string, label: string): Record<string, number> {
  const samples = samplesOf(text).filter(({ name }) => name === family);
  return Object.fromEntries(samples.map(({ labels, value }) => [labels[label] ?? '', value]));
}

/** Returns the number of skipped reports for each reason that occurred. */
export function skippedIn(text: string): Record<string, number> {
  const all = valuesBy(text, 'kubescape_push_reports_skipped', 'reason');
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

/** Returns the sorted lines about the cluster, without self-metrics. */
export function linesAboutCluster(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !/^#|^kubescape_push_/.test(line))
    .toSorted();
}
