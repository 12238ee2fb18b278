import { containers, type Flavour } from '../flavour.ts';
import { select } from '../selector.ts';
import type { Alert } from './alert.ts';

const workload = 'cluster, namespace, workload_kind, workload';
const named = '{{ $labels.namespace }}/{{ $labels.workload }} in {{ $labels.cluster }}';

/** What somebody has to mend. */
export function findings(flavour: Flavour): readonly Alert[] {
  const critical = byWorkload(flavour, 'critical_vulnerabilities');
  const before = byWorkload(flavour, 'critical_vulnerabilities', '1d');
  const hasPast = `${flavour.latest(select('total_critical_vulnerabilities'), '1d')} >= 0`;
  const failed = select('total_failed_controls', 'severity=~"Critical|High"');
  return [
    {
      alert: 'KubescapeNewCriticalVulnerabilities',
      // What was not there a day ago had none; but of a cluster without a past nothing is new.
      expr: `(${critical} - (${before} or 0 * ${critical}) > 0) and on (cluster) (${hasPast})`,
      for: '0m',
      severity: 'warning',
      summary: `{{ $value }} new critical findings in ${named}.`,
      description:
        'There are more than a day ago: a new image brought them, or the vulnerability database knows more.',
    },
    {
      alert: 'KubescapeFixableCriticalVulnerabilities',
      expr: `${critical} > 0 and ${byWorkload(flavour, 'fixable_vulnerabilities')} > 0`,
      for: '7d',
      severity: 'warning',
      summary: `${named} has had {{ $value }} critical findings, and updates, for a week.`,
      description:
        'The workload has critical findings, and findings that an update mends. They need not be the same ones: a metric of your own with `where: { severity: Critical, fixable: true }` tells exactly.',
    },
    {
      alert: 'KubescapeFailedControlsIncreased',
      expr: `sum by (cluster) (${flavour.latest(failed)}) - sum by (cluster) (${flavour.latest(failed, '1d')}) > 0`,
      for: '0m',
      severity: 'info',
      summary: '{{ $value }} more critical or high controls fail in {{ $labels.cluster }}.',
      description: 'More than a day ago. The dashboard shows which controls and resources.',
    },
  ];
}

function byWorkload({ current }: Flavour, name: string, offset = ''): string {
  return `sum by (${workload}) (${current(select(name), { subject: containers, offset })})`;
}
