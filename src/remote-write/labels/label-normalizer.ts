import type { Label } from '../time-series.ts';
import { type InternedLabel, LabelTable } from './label-table.ts';
import { cleanLabelValue } from './label-value.ts';
import {
  compareLabels,
  isLabelName,
  isMetricName,
  isUtf8Name,
  METRIC_NAME,
  sortLabels,
} from './labels.ts';

export interface LabelLimits {
  /** Labels per series including `__name__`, at least 1. Mimir rejects more than 30, VictoriaMetrics drops more than 40. */
  readonly maxLabels: number;
  /** UTF-8 bytes per value. Mimir rejects more than 2048, VictoriaMetrics drops more than 4096. */
  readonly maxValueBytes: number;
  /** Names starting with `__` that are kept nevertheless, such as `__replica__` for Mimir's HA tracker. */
  readonly reservedNames?: ReadonlySet<string>;
}

/** Number of labels that were changed in all series so far. */
export interface LabelCounts {
  /** Label and metric names that were not valid Unicode. */
  readonly renamed: number;
  /** Values that were too long. */
  readonly truncated: number;
  /** Reserved names starting with `__`, and duplicate names. */
  readonly dropped: number;
  /** Labels beyond the limit per series. */
  readonly excess: number;
}

/**
 * Makes labels valid for every receiver, because receivers reject or silently drop series with invalid labels.
 * If two labels end up with the same name, the one that had this name originally stays, otherwise the first one
 * in the byte order of names and values.
 */
export class LabelNormalizer {
  readonly #limits: LabelLimits;
  readonly #table = new LabelTable((label) => this.#isNormal(label));
  /** Labels of the previous series by position. Consecutive series share most of them. */
  readonly #before: Label[] = [];
  readonly #internedBefore: InternedLabel[] = [];
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
   * Returns sorted, interned labels. `__name__` may still be missing.
   *
   * @param own Labels that the series had before external labels and relabeling. They distinguish the series
   *   from others, so they are dropped last if there are too many labels.
   */
  normalize(labels: readonly Label[], own: readonly Label[] = labels): readonly Label[] {
    const interned = this.#intern(labels);
    return this.#areNormal(interned) ? interned : this.#intern(this.#repair(labels, own));
  }

  /** Forgets the labels of earlier series, so that those of removed containers do not pile up. */
  forget(): void {
    this.#table.clear();
    this.#before.length = 0;
    this.#internedBefore.length = 0;
  }

  #intern(labels: readonly Label[]): readonly InternedLabel[] {
    return labels.map((label, index) => {
      const before = this.#internedBefore[index];
      if (before !== undefined && this.#before[index] === label) return before;
      const interned = this.#table.intern(label, before);
      this.#before[index] = label;
      this.#internedBefore[index] = interned;
      return interned;
    });
  }

  #repair(labels: readonly Label[], own: readonly Label[]): readonly Label[] {
    const named = new Map<string, Label>();
    for (const label of labels.toSorted(compareForName)) {
      const renamed = this.#rename(label);
      if (renamed === undefined) continue;
      if (renamed.name === '' || named.has(renamed.name)) this.#dropped++;
      else named.set(renamed.name, renamed);
    }
    return sortLabels(this.#keepMost([...named.values()], own));
  }

  #areNormal(labels: readonly InternedLabel[]): boolean {
    if (labels.length > this.#limits.maxLabels) return false;
    let before = '';
    for (const { name, isNormal } of labels) {
      if (!isNormal || name <= before) return false;
      before = name;
    }
    return true;
  }

  #isNormal({ name, value }: Label): boolean {
    if (value === '' || cleanLabelValue(value, this.#limits.maxValueBytes) !== value) return false;
    // Names beyond ASCII may be in another order, so they take the slow path.
    return name === METRIC_NAME
      ? isMetricName(value)
      : isLabelName(name) && !this.#isReserved(name);
  }

  /** Skips a label without a value, because receivers treat it as missing. */
  #rename({ name, value }: Label): Label | undefined {
    if (value === '') return undefined;
    if (name === METRIC_NAME) return this.#toLabel(name, this.#count(value));
    if (this.#isReserved(name)) return { name: '', value };
    return this.#toLabel(this.#count(name), value);
  }

  #count(name: string): string {
    if (name === '' || isUtf8Name(name)) return name;
    this.#renamed++;
    return name.toWellFormed();
  }

  #isReserved(name: string): boolean {
    if (!name.startsWith('__') || name === METRIC_NAME) return false;
    return this.#limits.reservedNames?.has(name) !== true;
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
    const own = new Set(ownLabels.map(({ name }) => name.toWellFormed()));
    const byPriority = labels.toSorted(
      (a, b) => rank(a, own) - rank(b, own) || compareLabels(a, b),
    );
    return byPriority.slice(0, maxLabels);
  }
}

/** Labels with valid names take precedence. */
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
