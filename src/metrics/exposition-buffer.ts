import { renderFamilyHead, renderLabels, renderValue } from './exposition.ts';
import type { Label, MetricFamily, Series } from './series.ts';

interface FamilyText {
  readonly name: Buffer;
  readonly head: string;
  /** Chunks that are full. */
  readonly chunks: Buffer[];
  /** The one that is being filled, and how far it is. */
  open: Buffer;
  used: number;
}

const CHUNK_BYTES = 64 * 2 ** 10;

/** More than any number takes, with what stands around it. */
const VALUE_BYTES = 32;

/**
 * Collects series and puts them out family by family: the format wants all lines of a family
 * together, and series arrive container by container. Text is kept as bytes, half of what
 * strings would take, and the label set that many series share is turned into them once.
 */
export class ExpositionBuffer {
  readonly #families = new Map<string, FamilyText>();
  readonly #order: readonly string[];
  #series = 0;
  #lastLabels: readonly Label[] = [];
  #lastText = Buffer.alloc(0);

  /** @param order Names of families in the order to put them out; others come after. */
  constructor(order: readonly string[] = []) {
    this.#order = order;
  }

  get series(): number {
    return this.#series;
  }

  add(series: readonly Series[]): void {
    for (const { family, labels, value } of series) {
      addLine(this.#open(family), this.#labelText(labels), value);
    }
    this.#series += series.length;
  }

  /** The text in pieces. */
  *chunks(): Generator<Buffer> {
    const names = new Set([...this.#order, ...this.#families.keys()]);
    for (const name of names) {
      const family = this.#families.get(name);
      if (family === undefined) continue;
      yield Buffer.from(family.head);
      yield* family.chunks;
      yield family.open.subarray(0, family.used);
    }
  }

  /** Series of one container come one after the other and share their label set. */
  #labelText(labels: readonly Label[]): Buffer {
    if (labels !== this.#lastLabels) {
      this.#lastLabels = labels;
      this.#lastText = Buffer.from(renderLabels(labels));
    }
    return this.#lastText;
  }

  #open(family: MetricFamily): FamilyText {
    const known = this.#families.get(family.name);
    if (known !== undefined) return known;
    const opened: FamilyText = {
      name: Buffer.from(family.name),
      head: renderFamilyHead(family),
      chunks: [],
      open: Buffer.alloc(0),
      used: 0,
    };
    this.#families.set(family.name, opened);
    return opened;
  }
}

function addLine(family: FamilyText, labels: Buffer, value: number): void {
  const most = family.name.length + labels.length + VALUE_BYTES;
  if (family.used + most > family.open.length) startChunk(family, most);
  const { open } = family;
  open.set(family.name, family.used);
  open.set(labels, family.used + family.name.length);
  const end = family.used + family.name.length + labels.length;
  family.used = end + open.write(` ${renderValue(value)}\n`, end, 'latin1');
}

/** Families of a few lines must not take a whole chunk each: the first one is small. */
function startChunk(family: FamilyText, needed: number): void {
  if (family.used > 0) family.chunks.push(family.open.subarray(0, family.used));
  const bytes = family.chunks.length === 0 ? needed : CHUNK_BYTES;
  family.open = Buffer.allocUnsafeSlow(Math.max(bytes, needed));
  family.used = 0;
}
