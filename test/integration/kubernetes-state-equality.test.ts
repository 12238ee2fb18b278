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

/** Reads with what the last run left, and without: both must give the same, series by series. */
async function compare(what: string, options: AgentOptions = {}): Promise<Comparison> {
  const named = { cluster: 'c', custom, ...options };
  const kept = await lab.read({ stateDir: lab.folder, ...named });
  const fresh = await lab.read(named);
  return { what, kept: outcomeOf(kept), fresh: outcomeOf(fresh) };
}

function outcomeOf({ exitCode, skipped, text }: AgentRun) {
  return { exitCode, skipped, lines: linesAboutCluster(text) };
}

interface Comparison {
  readonly what: string;
  readonly kept: ReturnType<typeof outcomeOf>;
  readonly fresh: ReturnType<typeof outcomeOf>;
}

/** The object in the middle of a kind, which no border of a page makes special. */
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

const changes: readonly (readonly [string, () => unknown])[] = [
  ['nothing', () => undefined],
  ['nothing again', () => undefined],
  ['a summary that was scanned anew', () => annotate(SUMMARIES, '1795150000')],
  ['a manifest that was written anew', () => annotate(MANIFESTS, '1795150000')],
  ['a new image', () => lab.storage.store.put(redis)],
  ['its container', () => lab.storage.store.put(runs(redis, { namespace: 'n', workload: 'w' }))],
  [
    'the same container with another image',
    () => {
      lab.storage.store.put(image('other', { severities: ['Critical', 'Low'] }));
      const other = image('other');
      lab.storage.store.put(runs(other, { namespace: 'n', workload: 'w' }));
    },
  ],
  ['other findings', () => lab.storage.store.put(image('redis', { severities: ['Low', 'High'] }))],
  ['a summary that left', () => lab.storage.store.delete(middle(SUMMARIES))],
  ['a manifest that left', () => lab.storage.store.delete(middle(MANIFESTS))],
  [
    'a container that is watched',
    () => {
      const other = image('other');
      lab.storage.store.put(loaded(other, 'filtered', 0));
      lab.storage.store.put(
        runs(other, { namespace: 'n', workload: 'w' }, { relevant: 'filtered' }),
      );
    },
  ],
  ['what it loads', () => lab.storage.store.put(loaded(image('other'), 'filtered', 1))],
  ['that nobody knows any more', () => lab.storage.store.delete(filtered)],
];

const filtered = { resource: MANIFESTS, namespace: 'kubescape', name: 'filtered' } as const;

async function compareThroughout(): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = [];
  async function add(what: string, options?: AgentOptions): Promise<void> {
    comparisons.push(await compare(what, options));
  }
  for (const [what, change] of changes) {
    change();
    await add(what);
  }
  const filter = withFilter({ excludeNamespaces: ['n'] });
  await add('other filters', filter);
  await add('the same filters', filter);
  await add('no filters any more');
  for (const index of [0, 1]) {
    const shard = { shard: { index, count: 2 } };
    await add(`shard ${index}`, shard);
    annotate(SUMMARIES, `179516000${index}`);
    await add(`shard ${index} after a change`, shard);
  }
  return comparisons;
}

describe('lists of several pages', () => {
  it('give what a run without state gives, wherever something changes', async () => {
    const workloads = Array.from({ length: 450 }, (_, index) => runs(redis, placeOf(index)));
    // Unusable, and told of in every run.
    const bare = runs(redis, placeOf(450), { reference: { name: '' } });
    await lab.serve([redis, ...workloads, bare]);
    const steps: readonly (readonly [string, () => unknown])[] = [
      ['nothing', () => undefined],
      ['nothing again', () => undefined],
      ['the first item', () => rename(0)],
      ['an item of the second page', () => rename(250)],
      ['the first item that leaves', () => lab.storage.store.delete(summaryOf(1))],
      ['an item that leaves and comes back', () => lab.storage.store.put(runs(redis, placeOf(1)))],
    ];
    for (const [what, change] of steps) {
      change();
      const { kept, fresh } = await compare(what);
      expect({ what, ...kept }).toEqual({ what, ...fresh });
      expect(kept.skipped).toEqual({ stub: 1 });
      expect(kept.lines.length).toBeGreaterThan(4000);
    }
  });
});

function placeOf(index: number) {
  return { namespace: 'shop', workload: `w-${index}` } as const;
}

function summaryOf(index: number) {
  const { metadata } = runs(redis, placeOf(index));
  return { resource: SUMMARIES, namespace: 'shop', name: metadata.name } as const;
}

/** Another time stamp, which shows in a series of the container. */
function rename(index: number): void {
  const annotations = { 'kubescape.io/timestamp': String(1_795_200_000 + index) };
  lab.storage.store.put(runs(redis, placeOf(index), { annotations }));
}

describe.each([true, false])(
  'a run with what the last one has left; checksums: %s',
  (checksums) => {
    it('gives what a run without gives, of a made-up cluster', async () => {
      const cluster = generateCluster({ seed: 7, images: 12, containers: 40, findingsPerImage: 8 });
      await lab.serve([], { ...fromGenerator(cluster), checksums });

      const comparisons = await compareThroughout();
      for (const { what, kept, fresh } of comparisons) {
        expect({ what, ...kept }).toEqual({ what, ...fresh });
        expect(fresh.lines.length).toBeGreaterThan(50);
      }
      // Every change but `nothing` shows.
      const texts = new Set(
        comparisons.slice(0, changes.length).map(({ fresh }) => fresh.lines.join()),
      );
      expect(texts.size).toBeGreaterThan(changes.length - 4);
    });

    it.skipIf(samples.missing)(
      `gives what a run without gives, of a real cluster${samples.note}`,
      async () => {
        await lab.serve(loadDump(), { checksums });

        const comparisons = await compareThroughout();
        for (const { what, kept, fresh } of comparisons) {
          expect({ what, ...kept }).toEqual({ what, ...fresh });
          expect(fresh.lines.length).toBeGreaterThan(50);
        }
        // Every change but `nothing` shows.
        const texts = new Set(
          comparisons.slice(0, changes.length).map(({ fresh }) => fresh.lines.join()),
        );
        expect(texts.size).toBeGreaterThan(changes.length - 4);
      },
    );
  },
);
