import type { Label } from '../time-series.ts';
import { sanitizeLabelName, sanitizeMetricName } from './label-names.ts';
import { cleanLabelValue } from './label-value.ts';
import { compareLabels, isLabelName, isMetricName, METRIC_NAME, sortLabels } from './labels.ts';

export interface LabelLimits {
  /** Of a series, with `__name__`; at least 1. Mimir refuses more than 30, VictoriaMetrics drops past 40. */
  readonly maxLabels: number;
  /** UTF-8 bytes of a value. Mimir refuses more than 2048, VictoriaMetrics drops past 4096. */
  readonly maxValueBytes: number;
}

/** How many labels were not sent as they were given, over all series. */
export interface LabelCounts {
  /** Names, of metrics too, that had characters that not every receiver takes. */
  readonly renamed: number;
  /** Values that were too long. */
  readonly truncated: number;
  /** Reserved names in `__`, and names that another label of the series has. */
  readonly dropped: number;
  /** Labels beyond the limit of a series. */
  readonly excess: number;
}

/**
 * Makes the labels of series such as every receiver takes; others are refused, or dropped without a
 * word. Where two labels come to have one name, the one stays that had it before, else that whose
 * name, then value, comes first as bytes.
 */
export class LabelNormalizer {
  readonly #limits: LabelLimits;
  /** Of the last series that was as it should be: neighbours share most labels. */
  readonly #known: Label[] = [];
  #renamed = 0;
  #truncated = 0;
  #dropped = 0;
  #excess = 0;

  constructor(limits: LabelLimits) {
    this.#limits = limits;
  }

  get counts(): LabelCounts {
    return {
      renamed: this.#renamed,
      truncated: this.#truncated,
      dropped: this.#dropped,
      excess: this.#excess,
    };
  }

  /**
   * In the order of the wire; the same object if there is nothing to do. `__name__` may still be
   * missing.
   *
   * @param own Labels that the series had before others were added to it: by them it differs from
   *   its neighbours, so they are the last to be left out of one that has too many.
   */
  normalize(labels: readonly Label[], own: readonly Label[] = labels): readonly Label[] {
    if (this.#areNormal(labels)) {
      this.#known.length = labels.length;
      return labels;
    }
    this.#known.length = 0;
    const named = new Map<string, Label>();
    for (const label of labels.toSorted(compareForName)) {
      const renamed = this.#rename(label);
      if (renamed === undefined) continue;
      if (renamed.name === '' || named.has(renamed.name)) this.#dropped++;
      else named.set(renamed.name, renamed);
    }
    return sortLabels(this.#keepMost([...named.values()], own));
  }

  #areNormal(labels: readonly Label[]): boolean {
    if (labels.length > this.#limits.maxLabels) return false;
    let before = '';
    // Names at their old places are in order among themselves.
    let isBeforeInPlace = true;
    let index = 0;
    for (const label of labels) {
      const known = this.#known[index];
      const isInPlace = known?.name === label.name;
      if (!(isInPlace && isBeforeInPlace) && label.name <= before) return false;
      if (!(isInPlace && known.value === label.value) && !this.#isNormal(label)) return false;
      this.#known[index++] = label;
      before = label.name;
      isBeforeInPlace = isInPlace;
    }
    return true;
  }

  #isNormal({ name, value }: Label): boolean {
    if (value === '' || cleanLabelValue(value, this.#limits.maxValueBytes) !== value) return false;
    return name === METRIC_NAME ? isMetricName(value) : isLabelName(name) && !isReserved(name);
  }

  /** Nothing for a label without a value, which to a receiver is none. */
  #rename({ name, value }: Label): Label | undefined {
    if (value === '') return undefined;
    if (name === METRIC_NAME) return this.#toLabel(name, this.#count(value, sanitizeMetricName));
    if (isReserved(name)) return { name: '', value };
    return this.#toLabel(this.#count(name, sanitizeLabelName), value);
  }

  #count(name: string, sanitize: (name: string) => string): string {
    const sanitized = sanitize(name);
    if (sanitized !== name) this.#renamed++;
    return sanitized;
  }

  #toLabel(name: string, value: string): Label | undefined {
    const { maxValueBytes } = this.#limits;
    const cleaned = cleanLabelValue(value, maxValueBytes);
    if (cleaned !== value && Buffer.byteLength(value) > maxValueBytes) this.#truncated++;
    return cleaned === '' ? undefined : { name, value: cleaned };
  }

  #keepMost(labels: readonly Label[], ownLabels: readonly Label[]): readonly Label[] {
    const { maxLabels } = this.#limits;
    if (labels.length <= maxLabels) return labels;
    this.#excess += labels.length - maxLabels;
    const own = new Set(ownLabels.map(({ name }) => sanitizeLabelName(name)));
    const byPriority = labels.toSorted(
      (a, b) => rank(a, own) - rank(b, own) || compareLabels(a, b),
    );
    return byPriority.slice(0, maxLabels);
  }
}

function isReserved(name: string): boolean {
  return name.startsWith('__') && name !== METRIC_NAME;
}

/** Names that are legal as they are go first. */
function compareForName(a: Label, b: Label): number {
  return (
    Number(isLabelName(b.name)) - Number(isLabelName(a.name)) ||
    compareLabels(a, b) ||
    Buffer.compare(Buffer.from(a.value), Buffer.from(b.value))
  );
}

function rank({ name }: Label, own: ReadonlySet<string>): number {
  if (name === METRIC_NAME) return 0;
  return own.has(name) ? 1 : 2;
}
