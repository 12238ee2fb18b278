import type { MetricFamily, Series } from './series.ts';

/** HELP and TYPE of a family in the Prometheus text format 0.0.4. */
export function renderFamilyHead({ name, help, type }: MetricFamily): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

/** One series as a line of the text format, without a timestamp. */
export function renderSeries({ family, labels, value }: Series): string {
  let pairs = '';
  for (const label of labels) {
    pairs += `${pairs === '' ? '' : ','}${label.name}="${escapeLabelValue(label.value)}"`;
  }
  return `${family.name}${pairs === '' ? '' : `{${pairs}}`} ${renderValue(value)}\n`;
}

function renderValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabelValue(text: string): string {
  if (!/[\\\n"]/.test(text)) return text;
  return escapeHelp(text).replaceAll('"', '\\"');
}

/**
 * Collects series and puts them out family by family: the format wants all lines of a family
 * together, and series arrive container by container. Text is kept as bytes, half of what
 * strings would take.
 */
export class ExpositionBuffer {
  readonly #families = new Map<string, { head: string; chunks: Buffer[]; lines: string[] }>();
  #series = 0;

  get series(): number {
    return this.#series;
  }

  add(series: readonly Series[]): void {
    for (const one of series) {
      const family = this.#open(one.family);
      family.lines.push(renderSeries(one));
      if (family.lines.length >= LINES_PER_CHUNK) pack(family);
    }
    this.#series += series.length;
  }

  /** The text in pieces. */
  *chunks(): Generator<Buffer> {
    for (const family of this.#families.values()) {
      pack(family);
      yield Buffer.from(family.head);
      yield* family.chunks;
    }
  }

  #open(family: MetricFamily): { head: string; chunks: Buffer[]; lines: string[] } {
    const known = this.#families.get(family.name);
    if (known !== undefined) return known;
    const opened = { head: renderFamilyHead(family), chunks: [], lines: [] };
    this.#families.set(family.name, opened);
    return opened;
  }
}

const LINES_PER_CHUNK = 1024;

function pack(family: { chunks: Buffer[]; lines: string[] }): void {
  if (family.lines.length === 0) return;
  family.chunks.push(Buffer.from(family.lines.join('')));
  family.lines.length = 0;
}
