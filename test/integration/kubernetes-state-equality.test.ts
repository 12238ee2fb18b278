import { describe, expect, it } from 'vitest';

import { generateCluster } from '../support/cluster-generator/generate-cluster.ts';
import { fromGenerator } from '../support/fake-storage/from-generator.ts';
import { loadDump } from '../support/fake-storage/load-dump.ts';
import { type AgentOptions, type AgentRun, withFilter } from '../support/kubernetes/agent-run.ts';
import { MANIFESTS, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import { image, loaded, redis, runs } from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster } from '../support/metrics/exposition-values.ts';
import { samples } from '../support/scan-results/samples.ts';

const lab = useLab();

const custom = [true, false].map((relevant) => ({
  name: `relevant_${relevant}`,
  help: 'h',
  labels: ['cluster', 'namespace', 'workload', 'severity'],
  where: { relevant },
  value: 'count' as const,
}));
const place = { namespace: 'n', workload: 'w' } as const;
const other = image('other');

const changes: readonly (readonly [string, () => unknown])[] = [
  ['no change', () => undefined],
  ['a summary scanned again', () => annotate(SUMMARIES, '1795150000')],
  ['a manifest written again', () => annotate(MANIFESTS, '1795150000')],
  ['a new image', () => lab.storage.store.put(redis)],
  ['a new container', () => lab.storage.store.put(runs(redis, place))],
  [
    'a container with another image',
    () => {
      lab.storage.store.put(image('other', { severities: ['Critical', 'Low'] }));
      lab.storage.store.put(runs(other, place));
    },
  ],
  ['other findings', () => lab.storage.store.put(image('redis', { severities: ['Low', 'High'] }))],
  ['a deleted summary', () => lab.storage.store.delete(middle(SUMMARIES))],
  ['a deleted manifest', () => lab.storage.store.delete(middle(MANIFESTS))],
  [
    'a container with relevant findings',
    () => {
      lab.storage.store.put(loaded(other, 'filtered', 0));
      lab.storage.store.put(runs(other, place, { relevant: 'filtered' }));
    },
  ],
  ['other relevant findings', () => lab.storage.store.put(loaded(other, 'filtered', 1))],
  [
    'deleted relevant findings',
    () =>
      lab.storage.store.delete({ resource: MANIFESTS, namespace: 'kubescape', name: 'filtered' }),
  ],
];

describe.each([true, false])('a run with state; objects have checksums: %s', (checksums) => {
  it('pushes the same as a run without, for a generated cluster', async () => {
    const cluster = generateCluster({ seed: 7, images: 12, containers: 40, findingsPerImage: 8 });
    await lab.serve([], { ...fromGenerator(cluster), checksums });

    expect(await compareThroughout()).toBeGreaterThan(changes.length - 3);
  });

  it.skipIf(samples.missing)(
    `pushes the same as a run without, for a real cluster${samples.note}`,
    async () => {
      await lab.serve(loadDump(), { checksums });

      expect(await compareThroughout()).toBeGreaterThan(changes.length - 3);
    },
  );
});

/** Returns the number of changes that had an effect. */
async function compareThroughout(): Promise<number> {
  const distinct = new Set<string>();
  for (const [what, change] of changes) {
    change();
    distinct.add((await compare(what)).join('\n'));
  }
  const filter = withFilter({ excludeNamespaces: ['n'] });
  await compare('other filters', filter);
  await compare('the same filters', filter);
  await compare('no filters');
  for (const index of [0, 1]) {
    const shard = { shard: { index, count: 2 } };
    await compare(`shard ${index}`, shard);
    annotate(SUMMARIES, `179516000${index}`);
    await compare(`shard ${index} after a change`, shard);
  }
  return distinct.size;
}

/** Returns the lines about the cluster. */
async function compare(what: string, options: AgentOptions = {}): Promise<readonly string[]> {
  const all = { cluster: 'c', custom, ...options };
  const withState = outcomeOf(await lab.readWithState(all));
  const withoutState = outcomeOf(await lab.read(all));

  expect({ what, ...withState }).toEqual({ what, ...withoutState });
  expect(withoutState.lines.length).toBeGreaterThan(50);
  return withoutState.lines;
}

function outcomeOf({ exitCode, skipped, text }: AgentRun) {
  return { exitCode, skipped, lines: linesAboutCluster(text) };
}

function middle(resource: typeof SUMMARIES | typeof MANIFESTS) {
  const rows = lab.storage.store.rows(resource);
  const row = rows[Math.floor(rows.length / 2)];
  if (row === undefined) throw new Error(`no ${resource}`);
  return { resource, namespace: row.namespace, name: row.name } as const;
}

function annotate(resource: typeof SUMMARIES | typeof MANIFESTS, value: string): void {
  lab.storage.store.update(middle(resource), ({ metadata, ...rest }) => ({
    ...rest,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, 'kubescape.io/timestamp': value },
    },
  }));
}
