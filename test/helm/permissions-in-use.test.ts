import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it } from 'vitest';

import { AgentProcess } from '../support/agent/agent-process.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import { useLab } from '../support/kubernetes/lab.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';
import { availabilityOf } from '../support/real-servers/real-servers.ts';
import { grantedPermissions, covers, type Permission } from './granted-permissions.ts';
import { configFileIn, type Manifest, render } from './helm-chart.ts';

const helm = await availabilityOf('helm-4');
const lab = useLab();

const modes = ['cronjob', 'agent'] as const;
type Mode = (typeof modes)[number];

describe.skipIf(helm.missing)(`permissions in a chart rendered by ${helm.label}, in use`, () => {
  it.each(modes)('cover exactly the requests of mode %s', async (mode) => {
    const manifests = await rendered({ mode });
    const granted = grantedPermissions(manifests);
    const requested: Permission[] = [];
    await lab.serve(smallCluster, {
      clusterData: { clusterName: 'from-config-map' },
      forbid(verb, resource, namespace) {
        const permission = { verb, resource, namespace };
        requested.push(permission);
        return !granted.some((one) => covers(one, permission));
      },
    });

    await use(mode, await configOf(manifests));

    expect(lab.manifests()).not.toEqual([]);
    expect(lab.storage.requests.filter(({ status }) => status === 403)).toEqual([]);
    expect(
      granted.filter((one) => !requested.some((permission) => isDeepStrictEqual(permission, one))),
    ).toEqual([]);
  });

  it('pass the checks of kubescape-push check', async () => {
    const manifests = await rendered({});
    const granted = grantedPermissions(manifests);
    await lab.serve(smallCluster, {
      forbid: (verb, resource, namespace) =>
        !granted.some((one) => covers(one, { verb, resource, namespace })),
    });

    const { stdout } = await lab.run('check', ['--config', await configOf(manifests)]);

    const checks = stdout.split('\n').filter((line) => line.includes('permissions: '));
    expect(checks).toHaveLength(4);
    expect(checks.filter((line) => !line.startsWith('ok'))).toEqual([]);
  });
});

async function rendered(values: object): Promise<readonly Manifest[]> {
  // No process listens on this port.
  const url = 'http://127.0.0.1:1/api/v1/write';
  const config = {
    remote_write: [{ url }],
    retry_budget: '1s',
    source: { kubernetes: { wait_quiet: '100ms' } },
  };
  return render({ values: { ...values, config } });
}

async function configOf(manifests: readonly Manifest[]): Promise<string> {
  const path = join(lab.folder, 'config.yaml');
  await writeFile(path, configFileIn(manifests));
  return path;
}

/** Runs what the pods of a release run, including `helm test`. */
async function use(mode: Mode, config: string): Promise<void> {
  const args = ['--config', config, '--state-dir', join(lab.folder, 'state')];
  await lab.run('check', args);
  if (mode === 'cronjob') {
    await lab.run('render', args);
    return;
  }
  const kubeconfig = writeKubeconfig(lab.storage, { dir: lab.folder, user: { token: 'test' } });
  const agent = new AgentProcess([...args, '--kubeconfig', kubeconfig]);
  await agent.waitFor(
    () => new Set(watched()).size === 4 && lab.manifests().length > 0,
    'the agent has read and watches everything',
  );
  agent.send('SIGTERM');
  await agent.end();
}

function watched(): readonly string[] {
  return lab.storage.requests
    .filter(({ verb }) => verb === 'watch')
    .map(({ resource }) => resource);
}
