import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { EXPORT_MANIFEST } from '../../src/sources/export-manifest.ts';
import { messagesOf, runCli } from '../support/cli/run-cli.ts';
import { delayed } from '../support/fake-storage/faults.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import { repeated } from '../support/kubernetes/answers.ts';
import { exportFolder } from '../support/kubernetes/export-run.ts';
import { MANIFESTS, useLab } from '../support/kubernetes/lab.ts';
import { images, runs, smallCluster, workloads } from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster } from '../support/metrics/exposition-values.ts';

const lab = useLab();

async function runExport(
  args: readonly string[] = [],
  started: (pid: number) => void = () => undefined,
) {
  const kubeconfig = writeKubeconfig(lab.storage, { dir: lab.folder, user: { token: 'test' } });
  return runCli(['export', '--kubeconfig', kubeconfig, exportFolder(lab), ...args], { started });
}

async function render(...args: readonly string[]) {
  return runCli(['render', '--from', exportFolder(lab), ...args]);
}

/** A cluster whose export takes many requests. */
function slowCluster() {
  const all = images(50);
  return all.flatMap((one, index) => [one, runs(one, { namespace: 'n', workload: `w-${index}` })]);
}

describe('kubescape-push export', () => {
  it('exports what a push from the cluster would read', async () => {
    await lab.serve([...smallCluster, ...workloads(300)]);
    const run = await runExport();
    const [fromCluster, fromExport] = [await lab.run('render'), await render()];

    expect(run).toMatchObject({ exitCode: 0, stdout: '' });
    expect(run.log.at(-1)).toMatchObject({
      msg: `exported to ${exportFolder(lab)}`,
      objects: { [`${MANIFESTS}.json.gz`]: 3 },
    });
    expect(fromExport.exitCode).toBe(0);
    expect(linesAboutCluster(fromExport.stdout)).toEqual(linesAboutCluster(fromCluster.stdout));
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'is never complete if %s stops it, and a later export is',
    async (signal) => {
      await lab.serve(slowCluster());
      lab.storage.answerNext({ verb: 'get', resource: MANIFESTS }, ...repeated(20, delayed(50)));
      const stopped = await runExport([], (pid) => {
        const timer = setInterval(() => {
          if (lab.manifests().length < 5) return;
          clearInterval(timer);
          process.kill(pid, signal);
        }, 5);
      });
      const incomplete = await render('--cluster', 'c');
      const again = await runExport();
      const complete = await render();

      expect(stopped.exitCode ?? stopped.signal).toBe(signal === 'SIGKILL' ? signal : 130);
      expect(incomplete.exitCode).toBe(3);
      expect(messagesOf(incomplete)).toContain('was not finished; export again with');
      expect([again.exitCode, complete.exitCode]).toEqual([0, 0]);
    },
  );

  it('exits with 5 if something could not be read', async () => {
    await lab.serve(smallCluster);
    lab.failFromNowOn(
      { verb: 'get', resource: MANIFESTS, name: smallCluster[0]?.metadata.name ?? '' },
      'serverTimeout',
    );
    const run = await runExport(['--read-retry-budget', '100ms']);

    expect(run.exitCode).toBe(5);
    expect(messagesOf(run)).toContain('could not be read; the first error: ');
    expect(messagesOf(run)).toContain('incomplete; export again');
  });

  it('exits with 2 if the folder has other files, or files are the source', async () => {
    await lab.serve(smallCluster);
    mkdirSync(exportFolder(lab));
    writeFileSync(join(exportFolder(lab), 'notes.txt'), '');
    const occupied = await runExport();
    const config = join(lab.folder, 'config.yaml');
    writeFileSync(config, 'source: { files: { paths: [x] } }');
    const fromFiles = await runExport(['--config', config]);

    expect(occupied.exitCode).toBe(2);
    expect(messagesOf(occupied)).toContain('has other files, such as notes.txt');
    expect(fromFiles.exitCode).toBe(2);
    expect(messagesOf(fromFiles)).toContain('export reads a cluster, not files');
  });

  it('exits with 4 if it cannot write', async () => {
    await lab.serve(smallCluster);
    writeFileSync(exportFolder(lab), 'a file');
    const run = await runExport();

    expect(run.exitCode).toBe(4);
    expect(messagesOf(run)).toContain(`cannot use the folder ${exportFolder(lab)}`);
  });

  it('needs a folder', async () => {
    expect(await runCli(['export'])).toMatchObject({ exitCode: 2 });
  });

  it('leaves files that only this user can read', async () => {
    await lab.serve(smallCluster);
    await runExport();
    const names = [EXPORT_MANIFEST, `${MANIFESTS}.json.gz`];
    const modes = names.map((name) => statSync(join(exportFolder(lab), name)).mode % 0o1000);

    expect(modes).toEqual([0o600, 0o600]);
  });
});
