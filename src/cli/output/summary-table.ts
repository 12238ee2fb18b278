import pc from 'picocolors';

import type { Finding } from '../../model/finding.ts';
import type { ImageScan, ScanInventory } from '../../model/image-scan.ts';
import type { PostureScan } from '../../model/posture-scan.ts';
import { toPrintable } from '../../model/printable.ts';
import { severities, type Severity } from '../../model/severity.ts';
import { compareLines, type ImageLine, renderImages } from './image-lines.ts';
import { PostureLines } from './posture-lines.ts';
import { colourOf, type Counts, cutStart, type Paint, plural, total } from './summary-text.ts';
import type { Terminal } from './terminal.ts';

/** Maximum number of listed images. The totals cover all images. */
const MAX_IMAGES = 50;

/** Maximum length of the bars in the totals. */
const MAX_TOTAL_BAR = 40;

/** Collects the images, worst first, and the totals. */
export class SummaryTable {
  readonly #lines: ImageLine[] = [];
  readonly #postures = new PostureLines();
  #cluster = '';
  #inventory: ScanInventory | undefined;
  #remoteCodeExecution = 0;
  #hasOnlyCounts = false;
  #images = 0;
  #isIncomplete = false;

  /** Notes that results are missing, so the totals may be too low. */
  noteIncomplete(): void {
    this.#isIncomplete = true;
  }

  inventory(inventory: ScanInventory, cluster: string): void {
    this.#inventory = inventory;
    this.#cluster = cluster;
  }

  posture(scan: PostureScan): void {
    this.#postures.add(scan);
  }

  scan({ target, findings, hasOnlyCounts = false }: ImageScan): void {
    this.#hasOnlyCounts ||= hasOnlyCounts;
    const containers = target.containers.length;
    const { names: [firstName] = [] } = target;
    const isOtherName = firstName !== undefined && firstName !== target.image;
    if (!isOtherName) this.#images++;
    const runs = Math.max(containers, isOtherName ? 0 : 1);
    this.#remoteCodeExecution +=
      runs * findings.filter((finding) => finding.remoteCodeExecution).length;
    this.#lines.push({
      image: target.image,
      containers,
      runs,
      counts: countBySeverity(findings),
      fixable: findings.filter(({ fixable }) => fixable).length,
    });
  }

  render({ columns, colours }: Terminal): string {
    const surface = { columns, paint: pc.createColors(colours) };
    const { frameworks = [] } = this.#inventory ?? {};
    const postures = this.#postures.isEmpty ? [] : this.#postures.render(surface, frameworks);
    const hasImages = this.#lines.length > 0 || postures.length === 0;
    const images = hasImages ? this.#renderImages(surface) : [this.#renderTitle(surface)];
    const gap = postures.length > 0 ? [''] : [];
    return `${[...images, ...gap, ...postures].join('\n')}\n`;
  }

  #renderTitle({ columns, paint }: Surface): string {
    const room = Math.max(1, columns - 'Cluster '.length);
    return `Cluster ${paint.bold(cutStart(toPrintable(this.#cluster), room))}`;
  }

  #renderImages(surface: Surface): string[] {
    const worstFirst = this.#lines.toSorted(compareLines);
    const shown = worstFirst.slice(0, MAX_IMAGES);
    const lines = renderImages(shown, surface);
    if (worstFirst.length > shown.length) {
      lines.push(`… and ${plural(worstFirst.length - shown.length, 'more image')}`);
    }
    return [...lines, '', ...this.#renderTotals(surface)];
  }

  #renderTotals(surface: Surface): string[] {
    const totals = addUp(this.#lines);
    const containers = this.#inventory?.targets.flatMap((target) => target.containers).length ?? 0;
    const fixable = this.#lines.reduce((sum, line) => sum + line.fixable * line.runs, 0);
    const sentence = `${plural(total(totals), 'finding')} in ${plural(containers, 'container')} of ${plural(this.#images, 'image')}`;
    return [
      ...renderCluster(toPrintable(this.#cluster), sentence, surface),
      ...severities.map((severity) => renderTotal(severity, totals, surface)),
      `  fixable ${fixable}, remote code execution ${this.#hasOnlyCounts ? 'unknown' : this.#remoteCodeExecution}`,
      ...this.#renderGaps(surface.paint),
    ];
  }

  #renderGaps(paint: Paint): string[] {
    const { danglingReferences = 0, unscanned = [] } = this.#inventory ?? {};
    const gaps = [
      unscanned.length > 0 && `${plural(unscanned.length, 'container')} without a scan result`,
      danglingReferences > 0 &&
        `${plural(danglingReferences, 'container')} whose findings are missing`,
    ];
    const lines = gaps.flatMap((gap) => (gap === false ? [] : [`  not counted: ${gap}`]));
    if (this.#isIncomplete) lines.push('  incomplete: results are missing, see the log');
    return lines.map((line) => paint.yellow(line));
  }
}

interface Surface {
  readonly columns: number;
  readonly paint: Paint;
}

/** Uses two lines for long names, such as cloud resource IDs. */
function renderCluster(name: string, sentence: string, { columns, paint }: Surface): string[] {
  const isNarrow = `Cluster ${name}: ${sentence}`.length > columns;
  if (!isNarrow) return [`Cluster ${paint.bold(name)}: ${sentence}`];
  const room = Math.max(1, columns - 'Cluster :'.length);
  return [`Cluster ${paint.bold(cutStart(name, room))}:`, `  ${sentence}`];
}

function renderTotal(severity: Severity, totals: Counts, { columns, paint }: Surface): string {
  const largest = Math.max(1, ...Object.values(totals));
  const count = totals[severity];
  const label = `  ${severity.padEnd(11)}${String(count).padStart(8)}`;
  const room = Math.max(0, Math.min(MAX_TOTAL_BAR, columns - 2 - label.length));
  const bar = '█'.repeat(Math.ceil((count / largest) * room));
  return bar === '' ? label : `${label} ${paint[colourOf[severity]](bar)}`;
}

function countBySeverity(findings: readonly Finding[]): Counts {
  const counts = { Critical: 0, High: 0, Medium: 0, Low: 0, Negligible: 0, Unknown: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** Counts an image once per container, as the metrics do. */
function addUp(lines: readonly ImageLine[]): Counts {
  const sums = countBySeverity([]);
  for (const line of lines) {
    for (const severity of severities) sums[severity] += line.counts[severity] * line.runs;
  }
  return sums;
}
