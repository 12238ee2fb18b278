import type { Random } from '../cluster-generator/random.ts';

interface ControlResult {
  readonly controlID: string;
  readonly severity: { readonly severity: string; readonly scoreFactor: number };
  readonly status: { readonly status: string; readonly subStatus: string; readonly info: string };
}

export interface PostureSpec {
  readonly severities: Readonly<Record<Severity, number>>;
  readonly controls: Readonly<Record<string, ControlResult>>;
}

type Severity = 'critical' | 'high' | 'medium' | 'low' | 'unknown';

/** Controls of Kubescape with their score factors. */
const SCORE_FACTORS: ReadonlyMap<string, number> = new Map([
  ['C-0002', 5],
  ['C-0004', 8],
  ['C-0005', 9],
  ['C-0007', 5],
  ['C-0009', 7],
  ['C-0012', 8],
  ['C-0013', 6],
  ['C-0015', 7],
  ['C-0016', 6],
  ['C-0017', 3],
  ['C-0018', 3],
  ['C-0030', 6],
  ['C-0034', 6],
  ['C-0035', 6],
  ['C-0038', 7],
  ['C-0044', 4],
  ['C-0046', 7],
  ['C-0055', 4],
  ['C-0057', 8],
  ['C-0069', 10],
  ['C-0076', 2],
  ['C-0077', 2],
  ['C-0270', 8],
]);

const STATUSES = new Map([
  ['passed', 74],
  ['passed w/exceptions', 16],
  ['failed', 8],
  ['skipped', 2],
] as const);

/** Results of some controls. Like in Kubescape, severities count only failed ones. */
export function randomResults(random: Random, share: number): PostureSpec {
  const severities = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
  const controls: Record<string, ControlResult> = {};
  for (const [controlID, scoreFactor] of SCORE_FACTORS) {
    if (!random.chance(share)) continue;
    const severity = severityOf(scoreFactor);
    const status = statusOf(random.weighted(STATUSES));
    controls[controlID] = { controlID, severity: { severity, scoreFactor }, status };
    if (status.status === 'failed') severities[lowerCase(severity)]++;
  }
  return { severities, controls };
}

function severityOf(scoreFactor: number): Capitalize<Severity> {
  if (scoreFactor >= 9) return 'Critical';
  if (scoreFactor >= 7) return 'High';
  if (scoreFactor >= 4) return 'Medium';
  return scoreFactor >= 1 ? 'Low' : 'Unknown';
}

const LOWER_CASE = {
  Critical: 'critical',
  High: 'high',
  Medium: 'medium',
  Low: 'low',
  Unknown: 'unknown',
} as const;

function lowerCase(severity: Capitalize<Severity>): Severity {
  return LOWER_CASE[severity];
}

function statusOf(
  choice: 'passed' | 'passed w/exceptions' | 'failed' | 'skipped',
): ControlResult['status'] {
  if (choice === 'passed w/exceptions') {
    return { status: 'passed', subStatus: 'w/exceptions', info: '' };
  }
  if (choice === 'skipped') {
    const info = 'Control configurations are empty';
    return { status: 'skipped', subStatus: 'configuration', info };
  }
  return { status: choice, subStatus: '', info: '' };
}
