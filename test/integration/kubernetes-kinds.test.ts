import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { composeChanges, createChangeTracker } from '../../src/compose/changes.ts';
import { Config } from '../../src/config/schema.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import { DETAILS, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';

const lab = useLab();
const vulnerabilities = [MANIFESTS, SUMMARIES];
const postures = [DETAILS, POSTURES];
const all = [...vulnerabilities, ...postures];

const custom = [{ name: 'x', help: 'x', labels: ['cluster'] }];

beforeEach(async () => lab.serve(smallCluster, { clusterData: { clusterName: 'prod' } }));

describe.each`
  groups                                     | metrics   | kinds
  ${['posture']}                             | ${[]}     | ${postures}
  ${['vulnerabilities']}                     | ${[]}     | ${vulnerabilities}
  ${['scans']}                               | ${[]}     | ${vulnerabilities}
  ${['posture', 'scans']}                    | ${[]}     | ${all}
  ${['posture']}                             | ${custom} | ${all}
  ${[]}                                      | ${custom} | ${vulnerabilities}
  ${['vulnerabilities', 'scans', 'posture']} | ${[]}     | ${all}
`(
  'metrics of groups $groups and custom metrics $metrics',
  ({ groups, metrics, kinds }: KindsCase) => {
    beforeEach(() => {
      writeFileSync(configPath(), JSON.stringify({ metrics: { groups, custom: metrics } }));
    });

    it('cause a read of the needed kinds only', async () => {
      const { exitCode, stdout } = await lab.run('render', ['--config', configPath()]);

      expect({ exitCode, kinds: kindsRequested('list') }).toEqual({ exitCode: 0, kinds });
      expect(kindsUp(stdout)).toEqual(kinds.filter((kind) => kind !== DETAILS));
    });

    it('cause a wait for the needed kinds only', async () => {
      const { exitCode } = await lab.run('render', [
        '--config',
        configPath(),
        '--wait-quiet',
        '1ms',
      ]);

      expect({ exitCode, kinds: kindsRequested('list') }).toEqual({ exitCode: 0, kinds });
    });

    it('need permissions for the needed kinds only', async () => {
      await lab.serve(smallCluster, {
        forbid: (_verb, kind) => all.includes(kind) && !kinds.includes(kind),
      });
      const { exitCode, stdout } = await lab.run('check', [
        '--config',
        configPath(),
        '--cluster',
        'c',
      ]);

      expect({ exitCode, kinds: kindsRequested('list') }).toEqual({ exitCode: 0, kinds });
      const permissions = stdout.matchAll(/permissions: (\w+)/g);
      expect(Array.from(permissions, ([, kind = '']) => kind).toSorted()).toEqual(kinds);
    });

    it('cause a watch of the needed kinds only', async () => {
      const stop = new AbortController();
      const kubeconfig = writeKubeconfig(lab.storage, { dir: lab.folder, user: { token: 'test' } });
      const source = { kubernetes: { kubeconfig } };
      const config = Config.parse({ source, metrics: { groups, custom: metrics } });
      const observer = {
        onChange: () => undefined,
        warn: () => undefined,
        tracker: createChangeTracker(),
      };
      const watching = composeChanges(config, observer, stop.signal);
      const patience = { timeout: 10_000 };
      await expect.poll(() => lab.storage.watches.count(), patience).toBe(kinds.length);
      await expect.poll(() => kindsRequested('list'), patience).toEqual(kinds);
      stop.abort();
      await watching;

      expect([kindsRequested('watch'), kindsRequested('list')]).toEqual([kinds, kinds]);
    });
  },
);

interface KindsCase {
  readonly groups: readonly string[];
  readonly metrics: readonly object[];
  readonly kinds: readonly string[];
}

it('reads no kind without metrics', async () => {
  writeFileSync(configPath(), JSON.stringify({ metrics: { groups: [] } }));
  const { exitCode, stdout } = await lab.run('render', ['--config', configPath()]);

  expect({ exitCode, kinds: kindsRequested('list') }).toEqual({ exitCode: 0, kinds: [] });
  expect(stdout).toContain('kubescape_push_build_info{cluster="prod"');
});

describe('check', () => {
  it('fails if the only needed kind may not be read', async () => {
    await lab.serve(smallCluster, { forbid: (_verb, kind) => kind === POSTURES });
    writeFileSync(configPath(), JSON.stringify({ metrics: { groups: ['posture'] } }));
    const { exitCode, stdout } = await lab.run('check', [
      '--config',
      configPath(),
      '--cluster',
      'c',
    ]);

    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/FAIL .*permissions: workloadconfigurationscansummaries/);
  });
});

describe("Kubescape's ConfigMap", () => {
  it.each(['render', 'check'] as const)(
    'is not read by %s if the cluster name is configured',
    async (command) => {
      await lab.run(command, ['--cluster', 'mine']);
      expect(configMaps()).toBe(0);

      await lab.run(command);
      expect(configMaps()).toBe(1);
    },
  );
});

function configMaps(): number {
  return lab.storage.requests.filter(({ resource }) => resource === 'configmaps').length;
}

function configPath(): string {
  return join(lab.folder, 'config.json');
}

function kindsRequested(verb: string): readonly string[] {
  const requests = lab.storage.requests.filter(
    (request) => request.verb === verb && request.resource !== '',
  );
  return [...new Set(requests.map(({ resource }) => resource))].toSorted();
}

function kindsUp(text: string): readonly string[] {
  const kinds = text.matchAll(/source_up\{.*kind="(\w+)"/g);
  return Array.from(kinds, ([, kind = '']) => kind).toSorted();
}
