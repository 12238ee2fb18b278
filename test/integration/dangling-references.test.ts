import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { createFilesSource } from '../../src/sources/files/files-source.ts';
import { runSource, withFilter } from '../support/kubernetes/agent-run.ts';
import { MANIFESTS, useLab } from '../support/kubernetes/lab.ts';
import {
  configuration,
  image,
  nginx,
  redis,
  runs,
  smallCluster,
  workloads,
} from '../support/kubernetes/small-cluster.ts';
import { samplesOf, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const posture = configuration({ namespace: 'shop', workload: 'shop' }, 1);
const dangling = ['a', 'b'].map((workload) =>
  runs(image('missing'), { namespace: 'shop', workload }),
);
const WARNING = 'no findings for all containers (2)';

describe('a cluster with only dangling references', () => {
  it('is incomplete and causes a warning with advice', async () => {
    await lab.serve([posture, redis, ...dangling]);
    const run = await lab.read();

    expect(run).toMatchObject({ exitCode: 5, isComplete: false, total: undefined });
    expect(run.messages).toContain(WARNING);
    expect(run.messages).toContain('let Kubescape scan for vulnerabilities again');
    expect(valueOf(run.text, 'kubescape_push_source_complete')).toBe(0);
    expect(valueOf(run.text, 'kubescape_scan_references_dangling')).toBe(2);
  });

  it.each`
    what                                  | objects                                                                 | isWarned
    ${'a reference that is not dangling'} | ${[nginx, runs(nginx, { namespace: 'n', workload: 'w' }), ...dangling]} | ${false}
    ${'no summaries'}                     | ${[nginx]}                                                              | ${false}
    ${'no dangling reference'}            | ${smallCluster}                                                         | ${false}
    ${'an image without a container'}     | ${[nginx, ...dangling]}                                                 | ${true}
  `('causes a warning with $what: $isWarned', async ({ objects, isWarned }: BesideCase) => {
    await lab.serve([posture, ...objects]);
    const { messages } = await lab.read();

    expect(messages.includes(WARNING)).toBe(isWarned);
  });

  it.each([0, 1])('is incomplete in every shard: %i', async (index) => {
    await lab.serve([posture, redis, ...dangling]);
    const { messages, ...run } = await lab.read({ shard: { index, count: 2 } });

    expect(run).toMatchObject({ exitCode: 5, total: undefined });
    expect(messages).toContain(WARNING);
  });

  it('is not incomplete if a filter excludes the containers', async () => {
    await lab.serve([...smallCluster, ...dangling]);

    expect(await lab.read(withFilter({ excludeNamespaces: ['shop'] }))).toMatchObject({
      exitCode: 0,
      isComplete: true,
    });
  });

  it('causes a warning for files, which may lack a kind', async () => {
    const folder = join(lab.folder, 'dump');
    mkdirSync(folder);
    const text = JSON.stringify({ kind: 'List', items: [posture, ...dangling] });
    writeFileSync(join(folder, 'dump.json'), text);
    const limits = { maxDocumentBytes: 2 ** 20, maxDepth: 100 };
    const run = await runSource(createFilesSource({ paths: [folder], limits }));

    expect(run.exitCode).toBe(5);
    expect(run.messages).toContain(WARNING);
    expect(run.messages).toMatch(/include the manifests in the export/);
  });
});

describe('a container whose findings are missing', () => {
  it.each`
    what                | shard
    ${'without shards'} | ${undefined}
    ${'in a shard'}     | ${{ index: 0, count: 1 }}
  `(
    'removes the series of containers that share all labels, $what',
    async ({ shard }: ShardCase) => {
      const [a, b] = ['a', 'b'].map((build) =>
        image('app', { build, severities: ['High', 'High'] }),
      );
      if (a === undefined || b === undefined) throw new Error('no images');
      const one = runs(a, { namespace: 's', workload: 'w' });
      const two = runs(b, { namespace: 's', workload: 'w' });
      const other = { ...two, metadata: { ...two.metadata, name: `${two.metadata.name}-2` } };
      await lab.serve([a, b, one, other, nginx, posture, ...workloads(40)]);
      const before = await lab.read({ shard });
      lab.storage.store.delete({ resource: MANIFESTS, ...b.metadata });
      const after = await lab.read({ shard });

      expect(numbersOf(before.text)).toEqual([4]);
      expect(numbersOf(after.text)).toEqual([]);
      expect(after).toMatchObject({ exitCode: 0, isComplete: true });
    },
  );
});

interface ShardCase {
  readonly shard: { readonly index: number; readonly count: number } | undefined;
}

function numbersOf(text: string): number[] {
  return samplesOf(text)
    .filter(
      ({ name, labels }) =>
        name === 'kubescape_total_image_vulnerabilities' && labels['image'] === 'library/app',
    )
    .map(({ value }) => value);
}

it.each`
  missing | containers | isIncomplete
  ${1}    | ${20}      | ${false}
  ${5}    | ${100}     | ${false}
  ${1}    | ${16}      | ${true}
  ${6}    | ${100}     | ${true}
`(
  'leaves totals out if $missing of $containers containers have no findings: $isIncomplete',
  async ({ missing, containers, isIncomplete }: ShareCase) => {
    const gone = Array.from({ length: missing }, (_, index) =>
      runs(image('missing'), { namespace: 'shop', workload: `gone-${index}` }),
    );
    await lab.serve([nginx, ...workloads(containers - missing), ...gone]);
    const { exitCode, isComplete, total, text } = await lab.read();
    const series = samplesOf(text).filter(
      ({ name }) => name === 'kubescape_total_image_vulnerabilities',
    );

    expect({ exitCode, isComplete }).toEqual({
      exitCode: isIncomplete ? 5 : 0,
      isComplete: !isIncomplete,
    });
    expect(total === undefined).toBe(isIncomplete);
    expect(series).toHaveLength(containers - missing);
  },
);

interface ShareCase {
  readonly missing: number;
  readonly containers: number;
  readonly isIncomplete: boolean;
}

interface BesideCase {
  readonly objects: Parameters<typeof lab.serve>[0];
  readonly isWarned: boolean;
}
