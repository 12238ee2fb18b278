import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { metricGroups } from '../../src/model/metric-group.ts';
import { STORAGE_GROUP, storageKinds } from '../../src/sources/kubescape/storage-api.ts';
import { availabilityOf } from '../support/real-servers/real-servers.ts';
import { grantedPermissions } from './granted-permissions.ts';
import { findKind, type Manifest, render } from './helm-chart.ts';
import { podSpecOf } from './pod-spec.ts';

const helm = await availabilityOf('helm-4');
const url = 'https://mimir.example/api/v1/push';
const MANIFESTS = 'vulnerabilitymanifests';
const others = storageKinds.filter((kind) => kind !== MANIFESTS).toSorted();
const custom = [{ name: 'x', help: 'x', labels: ['cluster'] }];

interface Given {
  readonly config?: object;
  readonly [value: string]: unknown;
}

const Rules = z.array(
  z.strictObject({
    apiGroups: z.array(z.string()),
    resources: z.array(z.string()),
    resourceNames: z.array(z.string()).optional(),
    verbs: z.array(z.string()),
  }),
);

describe.skipIf(helm.missing)(`permissions in a chart rendered by ${helm.label}`, () => {
  it.each`
    mode         | watched
    ${'cronjob'} | ${[]}
    ${'agent'}   | ${[{ apiGroups: [STORAGE_GROUP], resources: [MANIFESTS, ...others], verbs: ['watch'] }]}
  `(
    'cover all kinds, manifests only in one namespace, in mode $mode',
    async ({ mode, watched }: { mode: string; watched: readonly object[] }) => {
      const manifests = await rendered({ mode });

      expect(rulesOf(manifests, 'ClusterRole')).toEqual([
        {
          apiGroups: [STORAGE_GROUP],
          resources: others,
          verbs: ['list'],
        },
        ...watched,
      ]);
      expect(rulesOf(manifests, 'Role')[0]).toEqual({
        apiGroups: [STORAGE_GROUP],
        resources: [MANIFESTS],
        verbs: ['get', 'list'],
      });
      expect(metricGroups).toEqual([
        ...['vulnerabilities', 'scans', 'posture'],
        ...['findings', 'relevancy', 'cve'],
      ]);
    },
  );

  it.each`
    groups                 | metrics   | resources
    ${['vulnerabilities']} | ${[]}     | ${['vulnerabilitymanifests', 'vulnerabilitymanifestsummaries']}
    ${['findings']}        | ${[]}     | ${['vulnerabilitymanifests', 'vulnerabilitymanifestsummaries']}
    ${['relevancy']}       | ${[]}     | ${['vulnerabilitymanifests', 'vulnerabilitymanifestsummaries']}
    ${['cve']}             | ${[]}     | ${['vulnerabilitymanifests', 'vulnerabilitymanifestsummaries']}
    ${['scans']}           | ${[]}     | ${['vulnerabilitymanifests', 'vulnerabilitymanifestsummaries']}
    ${['posture']}         | ${[]}     | ${['workloadconfigurationscans', 'workloadconfigurationscansummaries']}
    ${['posture']}         | ${custom} | ${storageKinds.toSorted()}
    ${[]}                  | ${custom} | ${['vulnerabilitymanifests', 'vulnerabilitymanifestsummaries']}
  `(
    'cover only $resources for groups $groups and custom metrics $metrics',
    async ({ groups, metrics, resources }: Record<string, unknown>) => {
      const manifests = await rendered({ config: { metrics: { groups, custom: metrics } } });

      const kinds = grantedPermissions(manifests).map(({ resource }) => resource);
      expect([...new Set(kinds)].filter((kind) => kind !== 'configmaps').toSorted()).toEqual(
        resources,
      );
    },
  );

  it('are not granted if no metric is enabled', async () => {
    const manifests = await rendered({ cluster: 'c', config: { metrics: { groups: [] } } });

    expect(kindsOf(manifests).filter((kind) => kind.includes('Role'))).toEqual([]);
  });

  it('include the ConfigMap with the cluster name only if no name is configured', async () => {
    const withLookup = await rendered({ kubescapeNamespace: 'security' });

    expect(findKind(withLookup, 'Role')?.metadata.namespace).toBe('security');
    expect(findKind(withLookup, 'RoleBinding')?.metadata.namespace).toBe('security');
    expect(rulesOf(withLookup, 'Role')).toContainEqual({
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: ['ks-cloud-config'],
      verbs: ['get'],
    });
    for (const values of [{ cluster: 'c' }, { config: { cluster: 'c' } }]) {
      const kinds = grantedPermissions(await rendered(values)).map(({ resource }) => resource);
      expect(kinds).toContain(MANIFESTS);
      expect(kinds).not.toContain('configmaps');
    }
  });

  it.each`
    what                  | values                                                          | token    | roles
    ${'the cluster'}      | ${{}}                                                           | ${true}  | ${true}
    ${'files'}            | ${{ config: { source: { files: { paths: ['/r'] } } } }}         | ${false} | ${false}
    ${'another cluster'}  | ${{ config: { source: { kubernetes: { kubeconfig: '/k' } } } }} | ${false} | ${false}
    ${'with other roles'} | ${{ rbac: { create: false } }}                                  | ${true}  | ${false}
  `(
    'and the token: a pod that reads $what gets a token ($token) and roles ($roles)',
    async ({ values, token, roles }: { values: Given; token: boolean; roles: boolean }) => {
      const manifests = await rendered(values);

      const pods = manifests.flatMap((manifest) => podSpecOf(manifest) ?? []);
      expect(pods.map((pod) => pod.automountServiceAccountToken)).toEqual([token, token]);
      expect(kindsOf(manifests).some((kind) => kind.includes('Role'))).toBe(roles);
    },
  );

  it('are bound to the service account of the pods, and their names contain the namespace', async () => {
    const manifests = await rendered({ serviceAccount: { create: false, name: 'scanner' } });

    const subject = { kind: 'ServiceAccount', name: 'scanner', namespace: 'kubescape-push' };
    expect(findKind(manifests, 'ClusterRoleBinding')).toMatchObject({
      metadata: { name: 'kubescape-push-scans-kubescape-push' },
      roleRef: { kind: 'ClusterRole', name: 'kubescape-push-scans-kubescape-push' },
      subjects: [subject],
    });
    expect(findKind(manifests, 'RoleBinding')).toMatchObject({ subjects: [subject] });
    expect(kindsOf(manifests)).not.toContain('ServiceAccount');
  });
});

async function rendered({ config, ...values }: Given): Promise<readonly Manifest[]> {
  return render({ values: { ...values, config: { remote_write: [{ url }], ...config } } });
}

function rulesOf(manifests: readonly Manifest[], kind: string): z.infer<typeof Rules> {
  return Rules.parse(findKind(manifests, kind)?.['rules']).map((rule) => ({
    ...rule,
    resources: rule.resources.toSorted(),
  }));
}

function kindsOf(manifests: readonly Manifest[]): readonly string[] {
  return manifests.map(({ kind }) => kind);
}
