import { describe, expect, it } from 'vitest';

import { exitCodes } from '../../src/cli/run/exit-codes.ts';
import { availabilityOf } from '../support/real-servers/real-servers.ts';
import { findKind, render } from './helm-chart.ts';

const helm = await availabilityOf('helm-4');
const HEARTBEAT = '/var/run/kubescape-push';
const CONTAINER = 'kubescape-push';

function onExit(action: string, code: number): object {
  return { action, onExitCodes: { containerName: CONTAINER, operator: 'In', values: [code] } };
}
const onDrain = {
  action: 'Ignore',
  onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
};

describe.skipIf(helm.missing)(`pods of a chart rendered by ${helm.label}`, () => {
  it('run in one Job at a time, which is not retried if that would not help', async () => {
    const manifests = await render({ ciFile: 'cronjob-values.yaml' });

    expect(findKind(manifests, 'CronJob')?.['spec']).toMatchObject({
      concurrencyPolicy: 'Forbid',
      jobTemplate: {
        spec: {
          activeDeadlineSeconds: 3600,
          backoffLimit: 2,
          podFailurePolicy: {
            rules: [
              onExit('FailJob', exitCodes.usage),
              onExit('FailJob', exitCodes.incomplete),
              onDrain,
            ],
          },
          template: { spec: { restartPolicy: 'Never' } },
        },
      },
    });
  });

  it('run in an Indexed Job with retries per shard', async () => {
    const manifests = await render({ ciFile: 'cronjob-sharded-values.yaml' });

    const cronJob = findKind(manifests, 'CronJob');
    expect(cronJob?.['spec']).toMatchObject({
      timeZone: 'Europe/Vienna',
      jobTemplate: {
        spec: {
          completionMode: 'Indexed',
          completions: 4,
          parallelism: 4,
          backoffLimitPerIndex: 2,
          podFailurePolicy: {
            rules: [
              onExit('FailJob', exitCodes.usage),
              onExit('FailIndex', exitCodes.incomplete),
              onDrain,
            ],
          },
        },
      },
    });
    expect(cronJob).not.toHaveProperty('spec.jobTemplate.spec.backoffLimit');
  });

  it('run one agent, which ends before the next one starts', async () => {
    const manifests = await render({ ciFile: 'agent-values.yaml' });

    expect(findKind(manifests, 'Deployment')?.['spec']).toMatchObject({
      replicas: 1,
      strategy: { type: 'Recreate' },
      template: {
        spec: {
          containers: [
            {
              args: ['agent', '--config', '/etc/kubescape-push/config.yaml'],
              env: [{}, { name: 'KUBESCAPE_PUSH_HEARTBEAT_FILE', value: `${HEARTBEAT}/heartbeat` }],
              volumeMounts: [{}, { name: 'state' }, { name: 'heartbeat', mountPath: HEARTBEAT }],
              livenessProbe: { exec: { command: commandOf('--liveness') } },
              readinessProbe: { exec: { command: commandOf('--readiness') } },
            },
          ],
        },
      },
    });
  });

  it('run sharded agents in a StatefulSet, each with a volume, without a Service', async () => {
    const manifests = await render({ ciFile: 'agent-sharded-values.yaml' });

    expect(findKind(manifests, 'StatefulSet')?.['spec']).toMatchObject({
      replicas: 3,
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates: [
        { metadata: { name: 'state' }, spec: { resources: { requests: { storage: '2Gi' } } } },
      ],
    });
    expect(findKind(manifests, 'Service')).toBeUndefined();
  });

  it.each`
    existingClaim | claim
    ${''}         | ${'scans-kubescape-push-state'}
    ${'mine'}     | ${'mine'}
  `(
    'keep the state of a CronJob on the claim $claim',
    async ({ existingClaim, claim }: Record<string, string>) => {
      const values = { persistence: { existingClaim } };
      const manifests = await render({ ciFile: 'cronjob-state-values.yaml', values });

      const own = findKind(manifests, 'PersistentVolumeClaim');
      expect(own?.metadata.name).toBe(existingClaim === '' ? claim : undefined);
      expect(findKind(manifests, 'CronJob')?.['spec']).toMatchObject({
        jobTemplate: {
          spec: {
            template: {
              spec: {
                volumes: [{}, { name: 'state', persistentVolumeClaim: { claimName: claim } }],
              },
            },
          },
        },
      });
    },
  );

  it('mount secrets as files that only their owner and group can read', async () => {
    const manifests = await render({ ciFile: 'receivers-values.yaml', withSchema: false });

    expect(findKind(manifests, 'Pod')?.['spec']).toMatchObject({
      containers: [
        {
          volumeMounts: [
            { name: 'config' },
            { mountPath: '/var/run/secrets/mimir-login', readOnly: true },
            { mountPath: '/var/run/secrets/thanos-token', readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: 'config' },
        { secret: { secretName: 'mimir-login', defaultMode: 0o440 } },
        { secret: { secretName: 'thanos-token', defaultMode: 0o440 } },
      ],
    });
  });

  it('run kubescape-push check for helm test', async () => {
    const manifests = await render({ ciFile: 'cronjob-values.yaml' });

    expect(findKind(manifests, 'Pod')).toMatchObject({
      metadata: { annotations: { 'helm.sh/hook': 'test' } },
      spec: { containers: [{ args: ['check', '--config', '/etc/kubescape-push/config.yaml'] }] },
    });
  });
});

function commandOf(probe: string): readonly string[] {
  return ['/nodejs/bin/node', '/app/dist/cli.cjs', 'health', probe];
}
