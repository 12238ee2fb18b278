import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { EXPORT_MANIFEST } from '../../src/sources/export-manifest.ts';
import { SourceError } from '../../src/sources/scan-source.ts';
import { withFilter } from '../support/kubernetes/agent-run.ts';
import { changingItems } from '../support/kubernetes/answers.ts';
import { exportFolder, exportLab, readExport } from '../support/kubernetes/export-run.ts';
import { DETAILS, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import {
  configuration,
  image,
  loaded,
  nginx,
  runs,
  smallCluster,
  workloads,
} from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();

describe('an export', () => {
  it('has the name of the cluster in Kubescape’s configuration', async () => {
    await lab.serve(smallCluster, { clusterData: { clusterName: 'configured' } });
    const { manifest } = await exportLab(lab);
    const { text } = await readExport(lab);

    expect(manifest.cluster).toBe('configured');
    expect(text).toContain('kubescape_total_vulnerabilities{cluster="configured"}');
    expect(linesAboutCluster(text)).toEqual(linesAboutCluster((await lab.read()).text));
  });

  it('replaces an earlier one in the same folder', async () => {
    await lab.serve([...smallCluster, ...workloads(5)]);
    await exportLab(lab);
    await lab.serve(smallCluster);
    await exportLab(lab, { kinds: [SUMMARIES, MANIFESTS] });

    expect(readdirSync(exportFolder(lab)).toSorted()).toEqual([
      EXPORT_MANIFEST,
      `${MANIFESTS}.json.gz`,
      `${SUMMARIES}.json.gz`,
    ]);
    expect(await readExport(lab)).toMatchObject({ exitCode: 0, total: 8 });
  });

  it('contains only what passes the filter', async () => {
    await lab.serve(smallCluster);
    const filter = withFilter({ excludeNamespaces: ['shop'] });
    const { manifest } = await exportLab(lab, filter);
    const { text } = await readExport(lab);

    expect(manifest.files.map(({ objects }) => objects)).toEqual([1, 1, 1, 0]);
    expect(linesAboutCluster(text)).toEqual(linesAboutCluster((await lab.read(filter)).text));
  });

  it('contains what containers loaded at run time only if a metric needs it', async () => {
    const filtered = loaded(nginx, 'pod-a-main-1111-2222', 1);
    const container = { namespace: 'shop', workload: 'a' };
    await lab.serve([
      nginx,
      filtered,
      runs(nginx, container, { relevant: filtered.metadata.name }),
    ]);
    const custom = [
      {
        name: 'relevant',
        help: 'h',
        labels: ['cluster' as const],
        where: { relevant: true },
        value: 'count' as const,
      },
    ];
    const without = await exportLab(lab);
    const withRelevance = await exportLab(lab, { custom });
    const { text } = await readExport(lab, { custom });

    expect(without.manifest.files.map(({ objects }) => objects)).toEqual([1, 1, 0, 0]);
    expect(withRelevance.manifest.files.map(({ objects }) => objects)).toEqual([1, 2, 0, 0]);
    expect(linesAboutCluster(text)).toEqual(linesAboutCluster((await lab.read({ custom })).text));
  });

  it('contains the results of rules, because they decide whether controls fail', async () => {
    const details = ['shop', 'gone'].map((workload) => {
      const { metadata } = configuration({ namespace: 'shop', workload }, 1);
      const rules = [{ name: 'rule', status: { status: 'passed', subStatus: '' }, paths: null }];
      const severity = { severity: 'High', scoreFactor: 8 };
      const [stored, passed] = ['failed', 'passed'].map((status, index) => ({
        controlID: `C-${1000 + index}`,
        severity,
        status: { status, subStatus: '', info: '' },
        rules,
      }));
      const controls = { 'C-1000': stored, 'C-1001': passed };
      return {
        kind: 'WorkloadConfigurationScan',
        metadata,
        spec: { controls, relatedObjects: null },
      };
    });
    await lab.serve([configuration({ namespace: 'shop', workload: 'shop' }, 1), ...details]);
    const options = { cluster: 'c', kinds: [POSTURES, DETAILS] } as const;
    const { manifest } = await exportLab(lab, options);
    const [fromCluster, fromExport] = [await lab.read(options), await readExport(lab, options)];

    expect(manifest.files.map(({ objects }) => objects)).toEqual([1, 1]);
    expect(valueOf(fromCluster.text, 'kubescape_posture_sticky_controls')).toBe(1);
    expect(linesAboutCluster(fromExport.text)).toEqual(linesAboutCluster(fromCluster.text));
  });

  it('is complete with stubs, and without a kind that is not installed', async () => {
    const stub = runs(
      image('new'),
      { namespace: 'shop', workload: 'new' },
      { reference: { name: '' }, annotations: { 'kubescape.io/status': '' } },
    );
    const unscanned = runs(
      image('big'),
      { namespace: 'shop', workload: 'big' },
      { reference: { name: '' }, annotations: { 'kubescape.io/status': 'too-large' } },
    );
    await lab.serve([...smallCluster, stub, unscanned]);
    lab.failFromNowOn({ verb: 'list', resource: POSTURES }, 'unavailable');
    const absent = { status: 404, body: '{"kind":"Status"}' };
    await lab.serve([...smallCluster, stub, unscanned]);
    lab.storage.answerNext({ verb: 'list', resource: POSTURES }, absent);
    const { manifest, warnings } = await exportLab(lab);
    const { text, ...run } = await readExport(lab);
    lab.storage.answerNext({ verb: 'list', resource: POSTURES }, absent);
    const fromCluster = await lab.read();

    expect(manifest.status).toBe('complete');
    expect(warnings.join()).toContain(`${POSTURES} cannot be read`);
    expect(run).toMatchObject({ exitCode: 0, skipped: { stub: 1, unscanned: 1 } });
    expect(linesAboutCluster(text)).toEqual(linesAboutCluster(fromCluster.text));
  });

  it.each([SUMMARIES, POSTURES] as const)(
    'is incomplete if the server cannot read some of its objects: %s',
    async (kind) => {
      await lab.serve(smallCluster);
      lab.storage.answerNext(
        { verb: 'list', resource: kind },
        changingItems((items) =>
          items.map((item, index) => (index === 0 ? item : { ...item, metadata: {} })),
        ),
      );
      const { manifest } = await exportLab(lab);

      expect(manifest.problems.join()).toMatch(/the server could not read \d of its/);
      expect(await readExport(lab)).toMatchObject({ exitCode: 5, isComplete: false });
    },
  );

  it('is incomplete if the list of manifests is empty although summaries refer to them', async () => {
    await lab.serve(smallCluster);
    lab.emptyLists(MANIFESTS);
    const { manifest } = await exportLab(lab);

    expect(manifest.problems.join()).toContain('empty, although 3 summaries');
  });

  it('fails if nothing can be read, and is then never complete', async () => {
    await lab.serve(smallCluster);
    lab.failFromNowOn({ verb: 'list' }, 'unavailable');

    await expect(exportLab(lab, { retryBudgetMs: 100 })).rejects.toThrow(SourceError);
    const { exitCode, messages } = await readExport(lab);
    expect(exitCode).toBe(3);
    expect(messages).toContain('was not finished');
  });

  it('refuses a folder with other files', async () => {
    await lab.serve(smallCluster);
    await exportLab(lab);
    writeFileSync(join(exportFolder(lab), 'old-summaries.json'), '{}');

    await expect(exportLab(lab)).rejects.toThrow(
      /has other files, such as old-summaries\.json; export to/,
    );
  });
});
