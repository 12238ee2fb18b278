import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { findKind, render } from '../helm/helm-chart.ts';
import { availabilityOf } from '../support/real-servers/real-servers.ts';
import { markdownFiles, yamlBlocksOf } from './markdown-files.ts';

const helm = await availabilityOf('helm-4');

const documented = markdownFiles
  .flatMap(yamlBlocksOf)
  .filter(({ text }) => text.startsWith('# values.yaml\n'));

describe.skipIf(helm.missing)(`chart values in the docs with ${helm.label}`, () => {
  it.each(documented)('at $path:$line are valid and run the named image', async ({ text }) => {
    const values = z.looseObject({}).parse(parse(text));

    const manifests = await render({ values });

    const workload = findKind(manifests, 'CronJob') ?? findKind(manifests, 'Deployment');
    expect(JSON.stringify(workload)).toContain('registry.example/kubescape-push:dev');
  });

  it('exist for a CronJob and an agent', () => {
    expect(documented.length).toBeGreaterThanOrEqual(2);
  });
});
