import pc from 'picocolors';

import type { Finding } from '../model/finding.ts';
import type { ImageScan, ScanInventory } from '../model/image-scan.ts';
import type { Image } from '../model/image.ts';
import { severities, type Severity } from '../model/severity.ts';
import type { Terminal } from './terminal.ts';

type Counts = Record<Severity, number>;

interface ImageLine {
  readonly image: Image;
  readonly containers: number;
  readonly counts: Counts;
  readonly fixable: number;
}

/** Images that are listed at most; the totals always cover all. */
const MAX_IMAGES = 50;

/** Rows of the largest bar's width, and what a column of numbers takes. */
const BAR_COLUMNS = 12;
const NUMBER_COLUMNS = 6;
const headings = ['RUNS', 'CRIT', 'HIGH', 'MED', 'LOW', 'OTHER', 'FIX'] as const;
const MIN_IMAGE_COLUMNS = 16;

/** Gathers what people want to see at a glance: images, worst first, and the totals. */
export class SummaryTable {
  readonly #lines: ImageLine[] = [];
  #cluster = '';
  #inventory: ScanInventory | undefined;
  #remoteCodeExecution = 0;

  inventory(inventory: ScanInventory, cluster: string): void {
    this.#inventory = inventory;
    this.#cluster = cluster;
  }

  scan({ target, findings }: ImageScan): void {
    const containers = target.containers.length;
    this.#remoteCodeExecution +=
      Math.max(containers, 1) * findings.filter((finding) => finding.remoteCodeExecution).length;
    this.#lines.push({
      image: target.image,
      containers,
      counts: countBySeverity(findings),
      fixable: findings.filter(({ fixable }) => fixable).length,
    });
  }

  /** The table as text, with a line end after every line. */
  render({ columns, colours }: Terminal): string {
    const paint = pc.createColors(colours);
    const worstFirst = this.#lines.toSorted(compareLines);
    const shown = worstFirst.slice(0, MAX_IMAGES);
    const width = Math.max(
      MIN_IMAGE_COLUMNS,
      columns - headings.length * NUMBER_COLUMNS - BAR_COLUMNS - 1,
    );
    const largest = Math.max(1, ...shown.map(({ counts }) => total(counts)));
    const lines = [
      paint.bold(`${'IMAGE'.padEnd(width)}${headings.map(toCell).join('')}`),
      ...shown.map((line) => renderLine(line, { width, largest, paint })),
    ];
    if (worstFirst.length > shown.length) {
      lines.push(`… and ${worstFirst.length - shown.length} more images`);
    }
    return `${[...lines, '', ...this.#renderTotals(paint)].join('\n')}\n`;
  }

  #renderTotals(paint: Paint): string[] {
    const totals = addUp(this.#lines);
    const all = total(totals);
    const containers = this.#inventory?.targets.flatMap((target) => target.containers).length ?? 0;
    const fixable = this.#lines.reduce((sum, line) => sum + line.fixable * runsOf(line), 0);
    return [
      `Cluster ${paint.bold(this.#cluster)}: ${plural(all, 'finding')} in ${plural(containers, 'container')} of ${plural(this.#lines.length, 'image')}`,
      ...severities.map((severity) => renderTotal(severity, totals, paint)),
      `  fixable ${fixable}, remote code execution ${this.#remoteCodeExecution}`,
      ...this.#renderGaps(paint),
    ];
  }

  #renderGaps(paint: Paint): string[] {
    const { danglingReferences = 0, unscanned = [] } = this.#inventory ?? {};
    const gaps = [
      unscanned.length > 0 && `${plural(unscanned.length, 'container')} without a scan result`,
      danglingReferences > 0 &&
        `${plural(danglingReferences, 'container')} whose findings are gone`,
    ];
    return gaps.flatMap((gap) => (gap === false ? [] : [paint.yellow(`  not counted: ${gap}`)]));
  }
}

type Paint = ReturnType<typeof pc.createColors>;

const colourOf = {
  Critical: 'magenta',
  High: 'red',
  Medium: 'yellow',
  Low: 'blue',
  Negligible: 'gray',
  Unknown: 'gray',
} as const satisfies Record<Severity, keyof Paint>;

interface LineLayout {
  readonly width: number;
  readonly largest: number;
  readonly paint: Paint;
}

function renderLine(line: ImageLine, { width, largest, paint }: LineLayout): string {
  const { counts } = line;
  const cells = [
    toCell(line.containers),
    colourCell('Critical', counts.Critical, paint),
    colourCell('High', counts.High, paint),
    colourCell('Medium', counts.Medium, paint),
    colourCell('Low', counts.Low, paint),
    toCell(counts.Negligible + counts.Unknown),
    toCell(line.fixable),
  ];
  return `${nameOf(line.image, width - 1).padEnd(width)}${cells.join('')} ${bar(counts, largest, paint)}`.trimEnd();
}

function colourCell(severity: Severity, count: number, paint: Paint): string {
  const cell = toCell(count);
  return count === 0 ? paint.dim(cell) : paint[colourOf[severity]](cell);
}

function toCell(value: number | string): string {
  return String(value).padStart(NUMBER_COLUMNS);
}

/** One bar, its parts in the colours of the severities; the longest one fills the column. */
function bar(counts: Counts, largest: number, paint: Paint): string {
  let drawn = 0;
  let sum = 0;
  const parts = severities.map((severity) => {
    sum += counts[severity];
    const end = Math.ceil((sum / largest) * (BAR_COLUMNS - 1));
    const part = '█'.repeat(end - drawn);
    drawn = end;
    return part === '' ? '' : paint[colourOf[severity]](part);
  });
  return parts.join('');
}

function renderTotal(severity: Severity, totals: Counts, paint: Paint): string {
  const largest = Math.max(1, ...Object.values(totals));
  const count = totals[severity];
  const length = Math.ceil((count / largest) * 40);
  const label = `  ${severity.padEnd(11)}${String(count).padStart(8)} `;
  return `${label}${paint[colourOf[severity]]('█'.repeat(length))}`.trimEnd();
}

/** The name as far as it fits: first without its registry, then without its start. */
function nameOf({ registry, repository, tag, id }: Image, width: number): string {
  const digest = id.split('@sha256:')[1]?.slice(0, 12);
  const version = tag === '' ? digest && `@${digest}` : `:${tag}`;
  const short = `${repository}${version ?? ''}` || '(unnamed image)';
  const full = registry === '' ? short : `${registry}/${short}`;
  if (full.length <= width) return full;
  return short.length <= width ? short : `…${short.slice(short.length - width + 1)}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function countBySeverity(findings: readonly Finding[]): Counts {
  const counts = { Critical: 0, High: 0, Medium: 0, Low: 0, Negligible: 0, Unknown: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** As the metrics count: an image once for each container that runs it. */
function addUp(lines: readonly ImageLine[]): Counts {
  const sums = countBySeverity([]);
  for (const line of lines) {
    for (const severity of severities) sums[severity] += line.counts[severity] * runsOf(line);
  }
  return sums;
}

function runsOf({ containers }: ImageLine): number {
  return Math.max(containers, 1);
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function compareLines(a: ImageLine, b: ImageLine): number {
  for (const severity of severities) {
    const difference = b.counts[severity] - a.counts[severity];
    if (difference !== 0) return difference;
  }
  return a.image.repository < b.image.repository ? -1 : 1;
}
