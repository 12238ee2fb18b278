import { beforeAll, describe, expect, it } from 'vitest';
import { Document } from 'yaml';

import { availabilityOf } from '../support/real-servers/real-servers.ts';
import { Manifest, render } from './helm-chart.ts';
import { schemaErrors } from './kubernetes-schema.ts';
import { violationsOf } from './policy.ts';

const helm = await availabilityOf('helm-4');
const POD = 'spec.jobTemplate.spec.template.spec';
const CONTAINER = `${POD}.containers.0`;
const PEM = '-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----';

interface Change {
  readonly kind: string;
  /** Keys and indexes, separated by dots. */
  readonly path: string;
  readonly value: unknown;
  readonly says: string;
}

describe.skipIf(helm.missing)(`the security policy for a chart rendered by ${helm.label}`, () => {
  let good: readonly Manifest[];
  beforeAll(async () => {
    good = await render({ ciFile: 'network-policy-values.yaml', values: { cluster: '' } });
  });

  it('accepts the chart', () => {
    expect(violationsOf(good)).toEqual([]);
  });

  it.each`
    kind                | path                                                       | value                                           | says
    ${'CronJob'}        | ${`${CONTAINER}.ports`}                                    | ${[{ containerPort: 8080 }]}                    | ${'has ports'}
    ${'CronJob'}        | ${`${CONTAINER}.livenessProbe`}                            | ${{ httpGet: { port: 8080 } }}                  | ${'is probed over the network'}
    ${'CronJob'}        | ${`${CONTAINER}.resources.limits`}                         | ${{ cpu: 1 }}                                   | ${'has no memory limit'}
    ${'CronJob'}        | ${`${CONTAINER}.image`}                                    | ${'kubescape-push:latest'}                      | ${'has no fixed image'}
    ${'CronJob'}        | ${`${CONTAINER}.image`}                                    | ${'kubescape-push'}                             | ${'has no fixed image'}
    ${'CronJob'}        | ${`${CONTAINER}.env`}                                      | ${[{ name: 'MIMIR_PASSWORD', value: 'x' }]}     | ${'has MIMIR_PASSWORD in plain text'}
    ${'CronJob'}        | ${`${CONTAINER}.securityContext.privileged`}               | ${true}                                         | ${'is privileged'}
    ${'CronJob'}        | ${`${CONTAINER}.securityContext.allowPrivilegeEscalation`} | ${true}                                         | ${'may gain privileges'}
    ${'CronJob'}        | ${`${CONTAINER}.securityContext.readOnlyRootFilesystem`}   | ${false}                                        | ${'may write to its image'}
    ${'CronJob'}        | ${`${CONTAINER}.securityContext.capabilities`}             | ${{ drop: ['ALL'], add: ['NET_RAW'] }}          | ${'has capabilities'}
    ${'CronJob'}        | ${`${CONTAINER}.securityContext.capabilities`}             | ${{ drop: ['NET_RAW'] }}                        | ${'has capabilities'}
    ${'CronJob'}        | ${`${CONTAINER}.securityContext.runAsUser`}                | ${0}                                            | ${'runs as root'}
    ${'CronJob'}        | ${`${POD}.securityContext.runAsNonRoot`}                   | ${false}                                        | ${'may run as root'}
    ${'CronJob'}        | ${`${POD}.securityContext.runAsUser`}                      | ${0}                                            | ${'runs as root'}
    ${'CronJob'}        | ${`${POD}.securityContext.seccompProfile.type`}            | ${'Unconfined'}                                 | ${'has no seccomp profile'}
    ${'CronJob'}        | ${`${POD}.hostNetwork`}                                    | ${true}                                         | ${'shares namespaces of the node'}
    ${'CronJob'}        | ${`${POD}.volumes`}                                        | ${[{ name: 'x', hostPath: { path: '/' } }]}     | ${'mounts a folder of the node'}
    ${'ServiceAccount'} | ${'automountServiceAccountToken'}                          | ${true}                                         | ${'mounts its token into every pod'}
    ${'ClusterRole'}    | ${'rules.0.resources'}                                     | ${['*']}                                        | ${'has a wildcard'}
    ${'ClusterRole'}    | ${'rules.0.apiGroups'}                                     | ${['*']}                                        | ${'has a wildcard'}
    ${'ClusterRole'}    | ${'rules.0.verbs'}                                         | ${['get', 'delete']}                            | ${'may delete'}
    ${'Role'}           | ${'rules.0.resources'}                                     | ${['secrets']}                                  | ${'may read secrets'}
    ${'Role'}           | ${'rules.0.nonResourceURLs'}                               | ${['/metrics']}                                 | ${'may request other paths'}
    ${'NetworkPolicy'}  | ${'spec.ingress'}                                          | ${[{}]}                                         | ${'allows ingress'}
    ${'NetworkPolicy'}  | ${'spec.policyTypes'}                                      | ${['Egress']}                                   | ${'allows ingress'}
    ${'NetworkPolicy'}  | ${'spec.egress'}                                           | ${[{}]}                                         | ${'allows all egress'}
    ${'NetworkPolicy'}  | ${'spec.policyTypes'}                                      | ${['Ingress']}                                  | ${'allows all egress'}
    ${'ConfigMap'}      | ${'data'}                                                  | ${{ 'c.yaml': 'basic_auth:\n  password: abc' }} | ${'seems to contain a secret'}
    ${'ConfigMap'}      | ${'data'}                                                  | ${{ 'c.yaml': 'url: https://u:p@mimir' }}       | ${'seems to contain a secret'}
    ${'ConfigMap'}      | ${'data'}                                                  | ${{ 'c.yaml': 'x: Bearer abcdefghij' }}         | ${'seems to contain a secret'}
    ${'ConfigMap'}      | ${'data'}                                                  | ${{ 'c.yaml': PEM }}                            | ${'seems to contain a secret'}
    ${'ConfigMap'}      | ${'metadata.annotations'}                                  | ${{ note: 'AKIAABCDEFGHIJKLMNOP' }}             | ${'seems to contain a secret'}
  `('rejects $kind $path $value: $says', ({ kind, path, value, says }: Change) => {
    const bad = good.map((manifest) =>
      manifest.kind === kind ? changed(manifest, path, value) : manifest,
    );

    const violations = violationsOf(bad);

    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(says);
  });

  it.each`
    what                                 | yaml                                                                                                               | says
    ${'a Service'}                       | ${{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } }}                                                  | ${'has a kind that the chart does not need'}
    ${'a PodDisruptionBudget'}           | ${{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'x' } }}                               | ${'has a kind that the chart does not need'}
    ${'a Secret'}                        | ${{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }}                                                   | ${'contains a secret in rendered text'}
    ${'a pod without security settings'} | ${{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [{ name: 'a', image: 'a:1' }] } }} | ${'does not set automountServiceAccountToken'}
  `('rejects $what', ({ yaml, says }: { yaml: unknown; says: string }) => {
    expect(violationsOf([Manifest.parse(yaml)]).join('\n')).toContain(says);
  });

  it.each`
    what                               | kind                | path                             | value        | says
    ${'a misspelt field'}              | ${'CronJob'}        | ${`${CONTAINER}.imagePulPolicy`} | ${'Always'}  | ${/unknown field .*imagePulPolicy/}
    ${'a value of another type'}       | ${'CronJob'}        | ${'spec.suspend'}                | ${'no'}      | ${/suspend must be boolean/}
    ${'a missing field'}               | ${'ClusterRole'}    | ${'rules.0.verbs'}               | ${undefined} | ${/verbs/}
    ${'a list as a map'}               | ${'NetworkPolicy'}  | ${'spec.egress'}                 | ${{}}        | ${/egress must be array/}
    ${'a version that does not exist'} | ${'ServiceAccount'} | ${'apiVersion'}                  | ${'v2'}      | ${/no schema for v2 ServiceAccount/}
  `(
    'rejects $what by the Kubernetes schema',
    ({ kind, path, value, says }: Change & { says: RegExp }) => {
      const bad = good.filter((manifest) => manifest.kind === kind);

      const errors = bad.flatMap((manifest) => schemaErrors(changed(manifest, path, value)));

      expect(errors.join('\n')).toMatch(says);
    },
  );
});

function changed(manifest: Manifest, path: string, value: unknown): Manifest {
  const document = new Document(manifest);
  const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  if (value === undefined) document.deleteIn(keys);
  else document.setIn(keys, document.createNode(value));
  return Manifest.parse(document.toJS());
}
