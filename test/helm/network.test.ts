import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { availabilityOf } from '../support/real-servers/real-servers.ts';
import { findKind, render } from './helm-chart.ts';

const helm = await availabilityOf('helm-4');
const url = 'https://aps.example.com/api/v1/remote_write';

const Egress = z.object({ spec: z.object({ egress: z.array(z.unknown()) }) });

const metadataServices = {
  to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: '169.254.169.254/32' } }],
  ports: [{ port: 80, protocol: 'TCP' }],
};

describe.skipIf(helm.missing)(`the NetworkPolicy, rendered by ${helm.label}`, () => {
  it.each`
    what                          | sigv4                                            | values                                                                          | isOpen
    ${'keys of the node or EKS'}  | ${{}}                                            | ${{}}                                                                           | ${true}
    ${'a role assumed with them'} | ${{ role_arn: 'arn' }}                           | ${{}}                                                                           | ${true}
    ${'configured keys'}          | ${{ access_key: 'AKID', secret_key_file: '/k' }} | ${{}}                                                                           | ${false}
    ${"a service account's role"} | ${{}}                                            | ${{ serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn' } } }} | ${false}
    ${'a configured token'}       | ${{}}                                            | ${{ extraEnv: [{ name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: '/t' }] }}         | ${false}
    ${'nothing'}                  | ${undefined}                                     | ${{}}                                                                           | ${false}
  `(
    'allows the AWS metadata services ($isOpen) if requests are signed with $what',
    async ({ sigv4, values, isOpen }: { sigv4?: object; values: object; isOpen: boolean }) => {
      const egress = await egressOf({ url, ...(sigv4 && { sigv4 }) }, values);

      const rules = egress.filter((rule) => JSON.stringify(rule).includes('169.254'));
      expect(rules).toEqual(isOpen ? [metadataServices] : []);
    },
  );

  it('allows both the Service and the host that a name with two parts may mean', async () => {
    const egress = await egressOf({ url: 'http://prom.monitoring:9090/api/v1/write' });

    // The port of a Service may differ from that of its pods, so the rule names no port.
    expect(egress).toContainEqual({
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
        },
      ],
    });
    expect(egress).toContainEqual({ ports: [{ port: 9090, protocol: 'TCP' }] });
  });

  it.each(['mimir.example.com', 'mimir.example.com.', '192.0.2.7'])(
    'does not treat %s as a Service',
    async (host) => {
      const egress = await egressOf({ url: `https://${host}/push` });

      expect(JSON.stringify(egress)).not.toContain('Selector');
    },
  );
});

async function egressOf(receiver: object, values: object = {}): Promise<readonly unknown[]> {
  const manifests = await render({
    values: {
      cluster: 'c',
      networkPolicy: { enabled: true },
      ...values,
      config: { remote_write: [receiver] },
    },
  });
  return Egress.parse(findKind(manifests, 'NetworkPolicy')).spec.egress;
}
