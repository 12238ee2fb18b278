import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { EXPORT_MANIFEST } from '../../src/sources/export-manifest.ts';
import { exportFolder, exportLab, readExport } from '../support/kubernetes/export-run.ts';
import { MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';
import { valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();

describe('an export whose files were changed', () => {
  it.each`
    what                  | change                                       | message
    ${'a missing file'}   | ${(path: string) => rmSync(path)}            | ${'is missing from the export'}
    ${'a truncated file'} | ${(path: string) => truncateSync(path, 100)} | ${'is truncated: 100 of'}
    ${'an empty file'}    | ${(path: string) => truncateSync(path, 0)}   | ${'is truncated: 0 of'}
    ${'an altered file'} | ${(path: string) => {
  const bytes = readFileSync(path);
  writeFileSync(path, gunzipSync(bytes));
}} | ${'has changed since the export'}
  `('is incomplete because of $what', async ({ change, message }: ChangeCase) => {
    for (const name of [MANIFESTS, SUMMARIES, POSTURES]) {
      await lab.serve(smallCluster);
      await exportLab(lab);
      change(join(exportFolder(lab), `${name}.json.gz`));
      const { text, messages, ...run } = await readExport(lab);

      expect(run).toMatchObject({ exitCode: 5, isComplete: false });
      expect(messages).toContain(message);
      expect(messages).toContain(`${name}.json.gz with`);
      const [vulnerabilities, postures] = [
        run.total,
        valueOf(text, 'kubescape_total_failed_controls'),
      ];
      expect(name === POSTURES ? postures : vulnerabilities).toBeUndefined();
    }
  });

  it.each`
    what                    | change                                                     | message
    ${'without manifest'}   | ${(path: string) => rmSync(path)}                          | ${'but not its kubescape-push-export.json'}
    ${'with half of one'}   | ${(path: string) => truncateSync(path, 200)}               | ${'kubescape-push-export.json cannot be read'}
    ${'with an empty one'}  | ${(path: string) => truncateSync(path, 0)}                 | ${'kubescape-push-export.json cannot be read'}
    ${'with a foreign one'} | ${(path: string) => writeFileSync(path, '{"kind":"Pod"}')} | ${'it is not an export manifest'}
  `('is incomplete $what', async ({ change, message }: ChangeCase) => {
    await lab.serve(smallCluster);
    await exportLab(lab);
    change(join(exportFolder(lab), EXPORT_MANIFEST));
    const { messages, ...run } = await readExport(lab);

    expect(run).toMatchObject({ exitCode: 5, isComplete: false, total: undefined });
    expect(messages).toContain(message);
  });

  it.each([EXPORT_MANIFEST, `${MANIFESTS}.json.gz`])(
    'is incomplete, and does not block, if a pipe replaces %s',
    async (name) => {
      await lab.serve(smallCluster);
      await exportLab(lab);
      const path = join(exportFolder(lab), name);
      rmSync(path);
      execFileSync('mkfifo', [path]);

      expect(await readExport(lab)).toMatchObject({ exitCode: 5, isComplete: false });
    },
  );

  it('never leads to files outside of its folder', async () => {
    await lab.serve(smallCluster);
    await exportLab(lab);
    const path = join(exportFolder(lab), EXPORT_MANIFEST);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(`"${MANIFESTS}.json.gz"`, '"../../../etc/hostname"'),
    );
    const { messages } = await readExport(lab);

    expect(messages).toContain(`${join(exportFolder(lab), 'hostname')} with 3 objects is missing`);
  });
});

interface ChangeCase {
  readonly change: (path: string) => void;
  readonly message: string;
}
