import { expect, it } from 'vitest';

import { renderText } from '../../../test/support/metrics/render-text.ts';
import { control, imageScan, posture } from '../../../test/support/scan-results/scans.ts';
import { postureRows } from './posture.ts';

it('counts the failed controls of each resource, severity and control', () => {
  const postures = [
    posture({
      controls: [
        control({ id: 'C-0016', name: 'Allow privilege escalation', severity: 'High' }),
        control({ id: 'C-0018', severity: 'Low', status: 'passed' }),
        control({ id: 'C-0053', severity: 'Medium', status: 'skipped' }),
      ],
    }),
    // Two bindings of one account, and a resource without a namespace.
    rbac([control({ id: 'C-0188', severity: 'Medium' })]),
    rbac([control({ id: 'C-0188', severity: 'Medium' }), control({ id: 'C-0035' })]),
    posture({
      namespace: '',
      workloadKind: 'Node',
      workload: 'n1',
      controls: [control({ id: 'C-0069', severity: 'Critical', status: 'passed' })],
    }),
  ];

  expect(renderText({ rows: postureRows, postures })).toBe(expected);
});

it('counts controls that only the storage still calls failed, if rules were read', () => {
  const sticky = control({ id: 'C-1', status: 'passed', storedStatus: 'failed' });
  const excepted = control({ id: 'C-2', status: 'excepted', storedStatus: 'failed' });
  const skipped = control({ id: 'C-3', status: 'skipped', storedStatus: 'failed' });
  const controls = [sticky, excepted, skipped, control({ id: 'C-4' })];
  const postures = [posture({ controls, hasRules: true }), posture({ controls: [control()] })];

  const text = renderText({ rows: postureRows, postures });

  expect(text).toContain('posture_sticky_controls{cluster="c"} 2\n');
  expect(text).toContain('total_control_results{cluster="c",status="failed"} 2\n');
  expect(text).toContain('total_control_results{cluster="c",status="excepted"} 1\n');
});

it('has no number of sticky controls if only summaries were read, because the number is unknown', () => {
  const text = renderText({ rows: postureRows, postures: [posture({ controls: [control()] })] });

  expect(text).not.toContain('posture_sticky_controls');
});

it('emits nothing if no configuration scan was read', () => {
  expect(renderText({ rows: postureRows, scans: [imageScan()] })).toBe('');
});

function rbac(controls: readonly ReturnType<typeof control>[]): ReturnType<typeof posture> {
  return posture({
    namespace: 'kube-system',
    workloadKind: 'ServiceAccount',
    workload: 'dns',
    controls,
  });
}

const expected = `\
# HELP failed_controls Number of controls that the resource fails
# TYPE failed_controls gauge
failed_controls{cluster="c",namespace="shop",severity="Critical",workload="storefront",workload_kind="Deployment"} 0
failed_controls{cluster="c",namespace="shop",severity="High",workload="storefront",workload_kind="Deployment"} 1
failed_controls{cluster="c",namespace="shop",severity="Medium",workload="storefront",workload_kind="Deployment"} 0
failed_controls{cluster="c",namespace="shop",severity="Low",workload="storefront",workload_kind="Deployment"} 0
failed_controls{cluster="c",namespace="shop",severity="Unknown",workload="storefront",workload_kind="Deployment"} 0
failed_controls{cluster="c",namespace="kube-system",severity="Critical",workload="dns",workload_kind="ServiceAccount"} 0
failed_controls{cluster="c",namespace="kube-system",severity="High",workload="dns",workload_kind="ServiceAccount"} 1
failed_controls{cluster="c",namespace="kube-system",severity="Medium",workload="dns",workload_kind="ServiceAccount"} 2
failed_controls{cluster="c",namespace="kube-system",severity="Low",workload="dns",workload_kind="ServiceAccount"} 0
failed_controls{cluster="c",namespace="kube-system",severity="Unknown",workload="dns",workload_kind="ServiceAccount"} 0
failed_controls{cluster="c",severity="Critical",workload="n1",workload_kind="Node"} 0
failed_controls{cluster="c",severity="High",workload="n1",workload_kind="Node"} 0
failed_controls{cluster="c",severity="Medium",workload="n1",workload_kind="Node"} 0
failed_controls{cluster="c",severity="Low",workload="n1",workload_kind="Node"} 0
failed_controls{cluster="c",severity="Unknown",workload="n1",workload_kind="Node"} 0
# HELP total_failed_controls Total number of controls that resources fail in cluster
# TYPE total_failed_controls gauge
total_failed_controls{cluster="c",severity="Critical"} 0
total_failed_controls{cluster="c",severity="High"} 2
total_failed_controls{cluster="c",severity="Medium"} 2
total_failed_controls{cluster="c",severity="Low"} 0
total_failed_controls{cluster="c",severity="Unknown"} 0
# HELP control_failed_resources Number of resources that fail the control in cluster
# TYPE control_failed_resources gauge
control_failed_resources{cluster="c",control="Allow privilege escalation",control_id="C-0016",severity="High"} 1
control_failed_resources{cluster="c",control_id="C-0018",severity="Low"} 0
control_failed_resources{cluster="c",control_id="C-0188",severity="Medium"} 2
control_failed_resources{cluster="c",control_id="C-0035",severity="High"} 1
control_failed_resources{cluster="c",control_id="C-0069",severity="Critical"} 0
# HELP total_control_results Number of results of controls for resources in cluster by status: failed, skipped, excepted (passed with exceptions) or passed
# TYPE total_control_results gauge
total_control_results{cluster="c",status="failed"} 4
total_control_results{cluster="c",status="skipped"} 1
total_control_results{cluster="c",status="excepted"} 0
total_control_results{cluster="c",status="passed"} 2
`;
