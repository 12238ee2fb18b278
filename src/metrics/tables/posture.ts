import { controlStatuses } from '../../model/control-status.ts';
import { controlSeverities, isSticky, type PostureScan } from '../../model/posture-scan.ts';
import { resourceLabels } from '../label-catalogue.ts';
import type { MetricRow, PostureValue } from '../row.ts';

/**
 * Failed controls of resources. Each RBAC result is about a subject, a role and a binding, but has only the
 * labels of the subject. Results with the same labels are added up.
 */
export const postureRows: readonly MetricRow[] = [
  {
    name: 'failed_controls',
    help: 'Number of controls that the resource fails',
    over: 'postures',
    labels: [...resourceLabels, 'severity'],
    combine: 'sum',
    values: failedBySeverity,
  },
  {
    name: 'total_failed_controls',
    help: 'Total number of controls that resources fail in cluster',
    over: 'postures',
    labels: ['cluster', 'severity'],
    combine: 'sum',
    values: failedBySeverity,
  },
  {
    name: 'control_failed_resources',
    help: 'Number of resources that fail the control in cluster',
    over: 'postures',
    labels: ['cluster', 'control_id', 'control', 'severity'],
    combine: 'sum',
    values: failedByControl,
  },
  {
    name: 'total_control_results',
    help: 'Number of results of controls for resources in cluster by status: failed, skipped, excepted (passed with exceptions) or passed',
    over: 'postures',
    labels: ['cluster', 'status'],
    combine: 'sum',
    values: resultsByStatus,
  },
  {
    name: 'posture_sticky_controls',
    help: 'Number of results of controls that the storage keeps as failed although the newest scan passed. Absent if no details of configuration scans can be read',
    over: 'postures',
    labels: ['cluster'],
    combine: 'sum',
    values: stickyControls,
  },
  {
    name: 'framework_compliance_ratio',
    help: 'Compliance with the framework, from 0 to 1. Only the CLI calculates it',
    over: 'frameworks',
    labels: ['cluster', 'framework'],
    value: ({ complianceRatio }) => complianceRatio,
  },
];

function failedBySeverity({ failed }: PostureScan): readonly PostureValue[] {
  return controlSeverities.map((severity) => ({ labels: { severity }, value: failed[severity] }));
}

/** The value is 0 for a control that passed everywhere. A control that was always skipped is absent. */
function failedByControl({ controls }: PostureScan): readonly PostureValue[] {
  return controls
    .filter(({ status }) => status !== 'skipped')
    .map(({ id, name, severity, status }) => ({
      labels: { control_id: id, control: name, severity },
      value: status === 'failed' ? 1 : 0,
    }));
}

function resultsByStatus({ controls }: PostureScan): readonly PostureValue[] {
  return controlStatuses.map((status) => ({
    labels: { status },
    value: controls.filter((control) => control.status === status).length,
  }));
}

function stickyControls({ hasRules = false, controls }: PostureScan): readonly PostureValue[] {
  return hasRules ? [{ value: controls.filter(isSticky).length }] : [];
}
