import { METRIC_NAME } from '../labels/labels.ts';
import type { Label } from '../time-series.ts';

/**
 * Labels of a series while rules change them. Iterates in the same order as Prometheus: first unchanged labels,
 * then the others in the order in which they were first set. This order decides which value stays if `labelmap`
 * gives two labels the same name.
 */
export class LabelBuilder {
  #base: readonly Label[] = [];
  readonly #removed = new Set<string>();
  readonly #added = new Map<string, string>();
  #isTouched = false;
  readonly #reservedNames: ReadonlySet<string>;

  /** @param reservedNames Names starting with `__` that are kept. */
  constructor(reservedNames: ReadonlySet<string>) {
    this.#reservedNames = reservedNames;
  }

  reset(labels: readonly Label[]): void {
    this.#base = labels;
    if (!this.#isTouched) return;
    this.#removed.clear();
    this.#added.clear();
    this.#isTouched = false;
  }

  /** Returns an empty text for a missing label. */
  get(name: string): string {
    if (this.#isTouched) {
      const added = this.#added.get(name);
      if (added !== undefined) return added;
      if (this.#removed.has(name)) return '';
    }
    for (const label of this.#base) if (label.name === name) return label.value;
    return '';
  }

  /** Removes the label if the value is empty. */
  set(name: string, value: string): void {
    this.#isTouched = true;
    this.#removed.add(name);
    if (value === '') this.#added.delete(name);
    else this.#added.set(name, value);
  }

  /** Returns a snapshot of the labels. Later changes do not affect it. */
  labels(): readonly Label[] {
    if (!this.#isTouched) return this.#base;
    const rest = this.#base.filter(({ name }) => !this.#removed.has(name));
    for (const [name, value] of this.#added) rest.push({ name, value });
    return rest;
  }

  /** Returns the labels in order, or the original object if nothing has changed. */
  finish(): readonly Label[] {
    if (!this.#isTouched && this.#base.every(({ name }) => this.#isLasting(name)))
      return this.#base;
    const labels = this.#base.filter(
      ({ name }) => this.#isLasting(name) && !this.#removed.has(name),
    );
    for (const [name, value] of this.#added) {
      if (this.#isLasting(name)) insert(labels, { name, value });
    }
    return areEqual(labels, this.#base) ? this.#base : labels;
  }

  /** Names starting with `__`, such as `__tmp_x`, exist only between rules. */
  #isLasting(name: string): boolean {
    return name === METRIC_NAME || !name.startsWith('__') || this.#reservedNames.has(name);
  }
}

/** In UTF-16 order, which equals byte order for names in ASCII. The order of others is corrected later. */
function insert(labels: Label[], label: Label): void {
  let index = labels.length;
  while (index > 0 && (labels[index - 1]?.name ?? '') > label.name) index--;
  labels.splice(index, 0, label);
}

function areEqual(a: readonly Label[], b: readonly Label[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, value }, index) => name === b[index]?.name && value === b[index].value)
  );
}
