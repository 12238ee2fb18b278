import { renderFamilyHead, renderLabels, renderValue } from './exposition.ts';
import type { Label, MetricFamily, Series } from './series.ts';

interface FamilyText {
  readonly head: string;
  readonly chunks: Buffer[];
  readonly lines: string[];
}

/** Lines that are packed into bytes at once. */
const LINES_PER_CHUNK = 1024;

/**
 * Collects series and puts them out family by family: the format wants all lines of a family
 * together, and series arrive container by container. Text is kept as bytes, half of what
 * strings would take.
 */
export class ExpositionBuffer {
  readonly #families = new Map<string, FamilyText>();
  readonly #order: readonly string[];
  #series = 0;
  #lastLabels: readonly Label[] = [];
  #lastText = '';

  /** @param order Names of families in the order to put them out; others come after. */
  constructor(order: readonly string[] = []) {
    this.#order = order;
  }

  get series(): number {
    return this.#series;
  }

  add(series: readonly Series[]): void {
    for (const one of series) {
      const family = this.#open(one.family);
      family.lines.push(
        `${one.family.name}${this.#labelText(one.labels)} ${renderValue(one.value)}\n`,
      );
      if (family.lines.length >= LINES_PER_CHUNK) pack(family);
    }
    this.#series += series.length;
  }

  /** The text in pieces. */
  *chunks(): Generator<Buffer> {
    const names = new Set([...this.#order, ...this.#families.keys()]);
    for (const name of names) {
      const family = this.#families.get(name);
      if (family === undefined) continue;
      pack(family);
      yield Buffer.from(family.head);
      yield* family.chunks;
    }
  }

  /** Series of one container come one after the other and share their label set. */
  #labelText(labels: readonly Label[]): string {
    if (labels !== this.#lastLabels) {
      this.#lastLabels = labels;
      this.#lastText = renderLabels(labels);
    }
    return this.#lastText;
  }

  #open(family: MetricFamily): FamilyText {
    const known = this.#families.get(family.name);
    if (known !== undefined) return known;
    const opened = { head: renderFamilyHead(family), chunks: [], lines: [] };
    this.#families.set(family.name, opened);
    return opened;
  }
}

function pack({ chunks, lines }: FamilyText): void {
  if (lines.length === 0) return;
  chunks.push(Buffer.from(lines.join('')));
  lines.length = 0;
}
