import { containers, type Flavour } from '../flavour.ts';
import { select } from '../selector.ts';
import type { Alert } from './alert.ts';

const workload = 'cluster, namespace, workload_kind, workload';
const named = '{{ $labels.namespace }}/{{ $labels.workload }} in {{ $labels.cluster }}';

/** Alerts about vulnerabilities and failed controls. */
export function findings(flavour: Flavour): readonly Alert[] {
  const critical = byWorkload(flavour, 'critical_vulnerabilities');
  const before = byWorkload(flavour, 'critical_vulnerabilities', '1d');
  const hasPast = `${flavour.latest(select('total_critical_vulnerabilities'), '1d')} >= 0`;
  const failed = select('total_failed_controls', 'severity=~"Critical|High"');
  return [
    {
      alert: 'KubescapeNewCriticalVulnerabilities',
      // A workload without data a day ago had 0 findings then. A cluster without data a day ago is skipped,
      // because its first push would otherwise report every finding as new.
      expr: `(${critical} - (${before} or 0 * ${critical}) > 0) and on (cluster) (${hasPast})`,
      for: '0m',
      severity: 'warning',
      summary: `{{ $value }} new critical findings in ${named}.`,
      description:
        'The workload has more critical findings than a day ago, from a new image or an updated vulnerability database.',
    },
    {
      alert: 'KubescapeFixableCriticalVulnerabilities',
      expr: `${critical} > 0 and ${byWorkload(flavour, 'fixable_vulnerabilities')} > 0`,
      for: '7d',
      severity: 'warning',
      summary: `{{ $value }} critical findings in ${named}. The workload has had critical and fixable findings for a week.`,
      description:
        'The workload has critical findings and fixable findings, which may be different ones. To count fixable critical findings exactly, define a custom metric with `where: { severity: Critical, fixable: true }`.',
    },
    {
      alert: 'KubescapeFailedControlsIncreased',
      expr: `sum by (cluster) (${flavour.latest(failed)}) - sum by (cluster) (${flavour.latest(failed, '1d')}) > 0`,
      for: '0m',
      severity: 'info',
      summary: '{{ $value }} more critical or high controls fail in {{ $labels.cluster }}.',
      description:
        'More controls fail than a day ago. The dashboard shows which controls and which resources.',
    },
  ];
}

function byWorkload({ current }: Flavour, name: string, offset = ''): string {
  return `sum by (${workload}) (${current(select(name), { subject: containers, offset })})`;
}
