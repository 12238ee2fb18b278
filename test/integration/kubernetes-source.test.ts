import { beforeEach, describe, expect, it } from 'vitest';

import { runCli } from '../support/cli/run-cli.ts';
import { loadDump } from '../support/fake-storage/load-dump.ts';
import { useLab } from '../support/kubernetes/lab.ts';
import { linesAboutCluster, valueOf, valuesBy } from '../support/metrics/exposition-values.ts';
import { dump, samples } from '../support/scan-results/samples.ts';

const lab = useLab();

describe.skipIf(samples.missing)(`a real cluster behind the storage API${samples.note}`, () => {
  beforeEach(async () => lab.serve(loadDump(), { checksums: false }));

  it('has the same totals as its files', async () => {
    const cluster = await lab.run('render', ['--cluster', 'x']);
    const files = await runCli(['render', ...dump.flatMap((path) => ['--from', path])]);

    expect(cluster.exitCode).toBe(0);
    expect(valueOf(cluster.stdout, 'kubescape_total_vulnerabilities')).toBe(195);
    expect(vulnerabilityLines(cluster.stdout)).toEqual(vulnerabilityLines(files.stdout));
    // Two of the 29 manifests are of one image, and one has relevant findings, which no metric needs.
    expect(lab.manifests()).toHaveLength(27);
  });

  it('has the failed controls that Kubescape counted', async () => {
    const { text } = await lab.read({ cluster: 'x' });

    expect(valuesBy(text, 'kubescape_total_failed_controls', 'severity')).toMatchObject({
      High: 50,
      Medium: 108,
      Low: 19,
    });
  });
});

function vulnerabilityLines(text: string): string[] {
  return linesAboutCluster(text)
    .map((line) => line.replace(/cluster="[^"]*"/, ''))
    .filter((line) => /^kubescape_[a-z_]*vulnerabilities\{/.test(line));
}
