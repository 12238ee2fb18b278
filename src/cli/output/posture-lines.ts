import type { ControlStatus } from '../../model/control-status.ts';
import type { FrameworkScore } from '../../model/framework-score.ts';
import {
  controlSeverities,
  type ControlResult,
  type ControlSeverity,
  isSticky,
  type PostureScan,
} from '../../model/posture-scan.ts';
import { toPrintable } from '../../model/printable.ts';
import { colourOf, cutEnd, cutStart, type Paint, plural } from './summary-text.ts';

/** Maximum number of listed controls, and of listed resources. The totals cover all. */
const MAX_LINES = 20;

interface ControlLine {
  readonly id: string;
  readonly name: string;
  readonly severity: ControlSeverity;
  /** Number of resources by the status of the control. */
  readonly resources: Record<ControlStatus, number>;
}

interface ResourceLine {
  readonly name: string;
  readonly failed: PostureScan['failed'];
}

interface Surface {
  readonly columns: number;
  readonly paint: Paint;
}

/** Collects the controls and resources of configuration scans, worst first. */
export class PostureLines {
  readonly #controls = new Map<string, ControlLine>();
  readonly #failing: ResourceLine[] = [];
  #resources = 0;
  #sticky = 0;

  get isEmpty(): boolean {
    return this.#resources === 0;
  }

  add({ namespace, workloadKind, workload, failed, controls }: PostureScan): void {
    this.#resources++;
    for (const control of controls) this.#addControl(control);
    if (sumOf(failed) === 0) return;
    const name = [namespace, workloadKind, workload].filter((part) => part !== '').join('/');
    this.#failing.push({ name: toPrintable(name), failed });
  }

  render(surface: Surface, scores: readonly FrameworkScore[]): string[] {
    return [
      ...this.#renderControls(surface),
      ...this.#renderResources(surface),
      '',
      this.#describe(),
      ...(this.#sticky > 0
        ? [`  not counted: ${this.#sticky} stored as failed, but passed in the newest scan`]
        : []),
      ...renderScores(scores),
    ];
  }

  #addControl(control: ControlResult): void {
    const { id, name, severity, status } = control;
    const line = this.#controls.get(id) ?? {
      id,
      name: toPrintable(name),
      severity,
      resources: { failed: 0, skipped: 0, excepted: 0, passed: 0 },
    };
    line.resources[status]++;
    if (isSticky(control)) this.#sticky++;
    this.#controls.set(id, line);
  }

  #renderControls({ columns, paint }: Surface): string[] {
    const failing = [...this.#controls.values()]
      .filter(({ resources }) => resources.failed > 0)
      .toSorted(compareControls);
    const width = Math.max(8, columns - 1 - NUMBERS.length);
    const lines = failing.slice(0, MAX_LINES).map(({ id, name, severity, resources }) => {
      const label = cutEnd(`${toPrintable(id)} ${name}`, width - 1).padEnd(width);
      const { failed, skipped, excepted } = resources;
      const numbers = [failed, skipped, excepted].map((count) => String(count).padStart(9));
      return `${label}${paint[colourOf[severity]](severity.padEnd(9))}${numbers.join('')}`;
    });
    const heading = paint.bold(`${'FAILED CONTROL'.padEnd(width)}${NUMBERS}`);
    return [heading, ...lines, ...more(failing.length, 'more control')];
  }

  #renderResources({ columns, paint }: Surface): string[] {
    if (this.#failing.length === 0) return [];
    const worst = this.#failing.toSorted(compareResources);
    const width = Math.max(8, columns - 1 - severityHeadings.length * 6);
    const lines = worst.slice(0, MAX_LINES).map(({ name, failed }) => {
      const numbers = controlSeverities.map((severity) => {
        const cell = String(failed[severity]).padStart(6);
        return failed[severity] === 0 ? paint.dim(cell) : paint[colourOf[severity]](cell);
      });
      return `${cutStart(name, width - 1).padEnd(width)}${numbers.join('')}`;
    });
    const headings = severityHeadings.map((heading) => heading.padStart(6)).join('');
    const heading = paint.bold(`${'RESOURCE'.padEnd(width)}${headings}`);
    return ['', heading, ...lines, ...more(worst.length, 'more resource')];
  }

  #describe(): string {
    const count = this.#failing.reduce((sum, { failed }) => sum + sumOf(failed), 0);
    return `${plural(count, 'failed control')} in ${this.#failing.length} of ${plural(this.#resources, 'resource')}`;
  }
}

const NUMBERS = 'SEVERITY    FAILED  SKIPPED EXCEPTED';
const severityHeadings = ['CRIT', 'HIGH', 'MED', 'LOW', 'OTHER'] as const;

function renderScores(scores: readonly FrameworkScore[]): string[] {
  return scores
    .toSorted((a, b) => (a.framework < b.framework ? -1 : 1))
    .map(({ framework, complianceRatio }) => {
      const percent = `${(complianceRatio * 100).toFixed(1)} %`;
      return `  framework ${cutEnd(toPrintable(framework), 40)}: ${percent} compliant`;
    });
}

function more(count: number, noun: string): string[] {
  return count > MAX_LINES ? [`… and ${plural(count - MAX_LINES, noun)}`] : [];
}

function sumOf(failed: PostureScan['failed']): number {
  return Object.values(failed).reduce((sum, count) => sum + count, 0);
}

function compareControls(a: ControlLine, b: ControlLine): number {
  const bySeverity = controlSeverities.indexOf(a.severity) - controlSeverities.indexOf(b.severity);
  if (bySeverity !== 0) return bySeverity;
  const byCount = b.resources.failed - a.resources.failed;
  return byCount === 0 ? compareText(a.id, b.id) : byCount;
}

function compareResources(a: ResourceLine, b: ResourceLine): number {
  for (const severity of controlSeverities) {
    const difference = b.failed[severity] - a.failed[severity];
    if (difference !== 0) return difference;
  }
  return compareText(a.name, b.name);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
