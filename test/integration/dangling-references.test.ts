import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { createFilesSource } from '../../src/sources/files/files-source.ts';
import { runSource } from '../support/kubernetes/agent-run.ts';
import { MANIFESTS, useLab } from '../support/kubernetes/lab.ts';
import {
  configuration,
  image,
  nginx,
  redis,
  runs,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { samplesOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const posture = configuration({ namespace: 'shop', workload: 'shop' }, 1);
const dangling = ['a', 'b'].map((workload) =>
  runs(image('missing'), { namespace: 'shop', workload }),
);
const WARNING = 'no findings for all containers (2)';

describe('a cluster with only dangling references', () => {
  it.each`
    strict   | exitCode
    ${false} | ${0}
    ${true}  | ${5}
  `('causes a warning with advice; strict: $strict', async ({ strict, exitCode }: StrictCase) => {
    await lab.serve([posture, redis, ...dangling]);
    const run = await lab.read({ strict });

    expect(run.exitCode).toBe(exitCode);
    expect(run.messages).toContain(WARNING);
    expect(run.messages).toContain('let Kubescape scan for vulnerabilities again');
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

  it('causes no warning in a shard, which does not see the others', async () => {
    await lab.serve([posture, redis, ...dangling]);
    const { messages } = await lab.read({ shard: { index: 0, count: 2 } });

    expect(messages).toBe('');
  });

  it('causes a warning for files, which may lack a kind', async () => {
    const folder = join(lab.folder, 'dump');
    mkdirSync(folder);
    const text = JSON.stringify({ kind: 'List', items: [posture, ...dangling] });
    writeFileSync(join(folder, 'dump.json'), text);
    const limits = { maxDocumentBytes: 2 ** 20, maxDepth: 100 };
    const run = await runSource(createFilesSource({ paths: [folder], limits }));

    expect(run.exitCode).toBe(0);
    expect(run.messages).toContain(WARNING);
    expect(run.messages).toContain('include them in the export');
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
      await lab.serve([a, b, one, other, nginx, posture]);
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

interface StrictCase {
  readonly strict: boolean;
  readonly exitCode: number;
}

interface BesideCase {
  readonly objects: Parameters<typeof lab.serve>[0];
  readonly isWarned: boolean;
}
