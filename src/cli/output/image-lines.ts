import type { Image } from '../../model/image.ts';
import { toPrintable } from '../../model/printable.ts';
import { severities, type Severity } from '../../model/severity.ts';
import { colourOf, type Counts, cutStart, type Paint, total } from './summary-text.ts';

export interface ImageLine {
  readonly image: Image;
  readonly containers: number;
  /**
   * Number of times that its findings count. 0 for an additional name of an image without containers.
   */
  readonly runs: number;
  readonly counts: Counts;
  readonly fixable: number;
}

interface NumberColumn {
  readonly heading: string;
  readonly value: (line: ImageLine) => number;
  /** Sets the color of the numbers. */
  readonly severity?: Severity;
}

const numberColumns: readonly NumberColumn[] = [
  { heading: 'RUNS', value: ({ containers }) => containers },
  { heading: 'CRIT', value: ({ counts }) => counts.Critical, severity: 'Critical' },
  { heading: 'HIGH', value: ({ counts }) => counts.High, severity: 'High' },
  { heading: 'MED', value: ({ counts }) => counts.Medium, severity: 'Medium' },
  { heading: 'LOW', value: ({ counts }) => counts.Low, severity: 'Low' },
  { heading: 'OTHER', value: ({ counts }) => counts.Negligible + counts.Unknown },
  { heading: 'FIX', value: ({ fixable }) => fixable },
];

/** Minimum width of a number column, including the space before it. */
const MIN_NUMBER_COLUMNS = 6;
/** Maximum width of the bar column, including the space before it. */
const MAX_BAR_COLUMNS = 12;
/** Width that the name column gets before there is any room for bars. */
const ENOUGH_IMAGE_COLUMNS = 25;
/** Minimum width of the name column, even if lines become too wide. */
const MIN_IMAGE_COLUMNS = 8;

/** Widths of the columns. */
interface Layout {
  readonly image: number;
  readonly numbers: readonly number[];
  readonly bar: number;
}

/** Sorts the worst image first. Names make the order independent of the reading order. */
export function compareLines(a: ImageLine, b: ImageLine): number {
  for (const severity of severities) {
    const difference = b.counts[severity] - a.counts[severity];
    if (difference !== 0) return difference;
  }
  for (const part of ['registry', 'repository', 'tag', 'id'] as const) {
    if (a.image[part] !== b.image[part]) return a.image[part] < b.image[part] ? -1 : 1;
  }
  return 0;
}

/** Returns the heading and one line per image. */
export function renderImages(
  images: readonly ImageLine[],
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string[] {
  const layout = layOut(images, columns);
  const largest = Math.max(1, ...images.map(({ counts }) => total(counts)));
  const headings = numberColumns.map(({ heading }, index) =>
    heading.padStart(layout.numbers[index] ?? 0),
  );
  return [
    paint.bold(`${'IMAGE'.padEnd(layout.image)}${headings.join('')}`),
    ...images.map((line) => {
      const name = nameOf(line.image, layout.image - 1).padEnd(layout.image);
      const bar = renderBar(line.counts, { columns: layout.bar, largest, paint });
      return `${name}${renderNumbers(line, layout, paint)} ${bar}`.trimEnd();
    }),
  ];
}

/** Assigns widths: first what numbers need, then enough for names, then up to the maximum for bars. Names get the rest. */
function layOut(images: readonly ImageLine[], columns: number): Layout {
  const numbers = numberColumns.map(({ value }) =>
    Math.max(MIN_NUMBER_COLUMNS, ...images.map((line) => 1 + String(value(line)).length)),
  );
  // Some terminals wrap a line that fills the last column.
  const room = numbers.reduce((left, taken) => left - taken, columns - 1);
  const bar = Math.min(MAX_BAR_COLUMNS, Math.max(0, room - ENOUGH_IMAGE_COLUMNS));
  return { image: Math.max(MIN_IMAGE_COLUMNS, room - bar), numbers, bar };
}

function renderNumbers(line: ImageLine, { numbers }: Layout, paint: Paint): string {
  const cells = numberColumns.map(({ value, severity }, index) => {
    const count = value(line);
    const cell = String(count).padStart(numbers[index] ?? 0);
    if (severity === undefined) return cell;
    return count === 0 ? paint.dim(cell) : paint[colourOf[severity]](cell);
  });
  return cells.join('');
}

interface BarOptions {
  readonly columns: number;
  readonly largest: number;
  readonly paint: Paint;
}

/** Draws a bar with one part per severity. The longest bar fills the column. */
function renderBar(counts: Counts, { columns, largest, paint }: BarOptions): string {
  const longest = Math.max(0, columns - 1);
  let drawn = 0;
  let sum = 0;
  const parts = severities.map((severity) => {
    sum += counts[severity];
    const end = Math.ceil((sum / largest) * longest);
    const part = '█'.repeat(end - drawn);
    drawn = end;
    return part === '' ? '' : paint[colourOf[severity]](part);
  });
  return parts.join('');
}

/** Shortens a name that does not fit: first drops the registry, then the start. */
function nameOf({ registry, repository, tag, id }: Image, width: number): string {
  const digest = id.split('@sha256:')[1]?.slice(0, 12);
  const version = tag === '' ? digest && `@${digest}` : `:${tag}`;
  const short = toPrintable(`${repository}${version ?? ''}`) || '(unnamed image)';
  const full = registry === '' ? short : `${toPrintable(registry)}/${short}`;
  if (full.length <= width) return full;
  return cutStart(short, width);
}
