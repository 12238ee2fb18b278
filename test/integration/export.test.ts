import { describe, expect, it } from 'vitest';

import { faults } from '../support/fake-storage/faults.ts';
import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import { isLaterPage, repeated } from '../support/kubernetes/answers.ts';
import { exportLab, readExport } from '../support/kubernetes/export-run.ts';
import { MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import { configurations, images, runs } from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster } from '../support/metrics/exposition-values.ts';

const lab = useLab();

/** For each image, its manifest, eight containers, and eleven configuration scans. */
function clusterOf(count: number): StorageObject[] {
  const all = images(count);
  const containers = all.flatMap((one, index) =>
    Array.from({ length: 8 }, (_, copy) =>
      runs(one, { namespace: `ns-${index % 7}`, workload: `w-${index}-${copy}` }),
    ),
  );
  return [...all, ...containers, ...configurations(count * 11)];
}

describe('the export of 12,000 objects', () => {
  it('is complete despite failures midway, and pushing it equals pushing from the cluster', async () => {
    await lab.serve(clusterOf(600));
    const fromCluster = await lab.read();
    for (const kind of [SUMMARIES, POSTURES]) {
      lab.storage.answerNext(
        isLaterPage(kind),
        faults.unavailable,
        faults.halfBody,
        faults.emptyList,
      );
    }
    lab.storage.answerNext({ verb: 'get', resource: MANIFESTS }, 'reset', faults.queueFull);
    const { manifest, progress } = await exportLab(lab);
    const fromExport = await readExport(lab);

    expect(manifest).toMatchObject({ status: 'complete', problems: [] });
    expect(manifest.files.map(({ objects }) => objects)).toEqual([4800, 600, 6600, 0]);
    expect(fromExport).toMatchObject({ exitCode: 0, isComplete: true, messages: '' });
    expect(linesAboutCluster(fromExport.text)).toEqual(linesAboutCluster(fromCluster.text));
    expect(progress).toContainEqual({ kind: MANIFESTS, done: 300, total: 600 });
    expect(progress.filter(({ kind }) => kind === POSTURES).length).toBeGreaterThan(30);
  }, 120_000);

  it('is incomplete if a failure midway lasts', async () => {
    await lab.serve(clusterOf(600));
    lab.storage.answerNext(isLaterPage(SUMMARIES), ...repeated(500, faults.unavailable));
    const { manifest } = await exportLab(lab, { retryBudgetMs: 20_000 });
    const { messages, ...run } = await readExport(lab);

    expect(manifest.status).toBe('incomplete');
    expect(run).toMatchObject({ exitCode: 5, isComplete: false, total: undefined });
    expect(messages).toMatch(/the export in .* is incomplete: vulnerabilitymanifestsummaries/);
  });
});

describe('an export after a failure midway', () => {
  it.each`
    fault            | resource
    ${'unavailable'} | ${SUMMARIES}
    ${'reset'}       | ${SUMMARIES}
    ${'halfBody'}    | ${POSTURES}
    ${'unavailable'} | ${MANIFESTS}
  `(
    'is incomplete if lists of $resource keep failing: $fault',
    async ({ fault, resource }: ListCase) => {
      await lab.serve(clusterOf(120));
      lab.failFromNowOn({ verb: 'list', resource }, fault);
      const { manifest } = await exportLab(lab, { retryBudgetMs: 5000 });

      expect(manifest.status).toBe('incomplete');
      expect(manifest.problems.join()).toContain(`${resource} cannot be read`);
      expect(await readExport(lab)).toMatchObject({ exitCode: 5, isComplete: false });
    },
  );

  it.each(['serverTimeout', 'reset'] as const)(
    'is incomplete if the server stops serving manifests: %s',
    async (fault) => {
      await lab.serve(clusterOf(120));
      lab.failFromNowOn(
        ({ verb, name = '' }) => verb === 'get' && name.includes('image-10'),
        fault,
      );
      const { manifest } = await exportLab(lab, { retryBudgetMs: 5000 });
      const { messages, ...run } = await readExport(lab);

      expect(manifest).toMatchObject({ status: 'incomplete' });
      expect(manifest.problems.join()).toMatch(/\d+ manifests could not be read/);
      expect(run).toMatchObject({ exitCode: 5, isComplete: false, total: undefined });
      expect(messages).toContain('export again with `kubescape-push export`');
    },
  );
});

interface ListCase {
  readonly fault: 'unavailable' | 'halfBody' | 'reset';
  readonly resource: string;
}
