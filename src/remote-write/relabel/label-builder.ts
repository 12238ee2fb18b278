import { METRIC_NAME } from '../labels/labels.ts';
import type { Label } from '../time-series.ts';

/**
 * The labels of a series while rules change them. It goes over them in the order of Prometheus:
 * first those that nothing has set, then the others, in the order in which they were first set. That
 * decides which value stays when `labelmap` gives two labels one name.
 */
export class LabelBuilder {
  #base: readonly Label[] = [];
  readonly #removed = new Set<string>();
  readonly #added = new Map<string, string>();
  #isTouched = false;

  reset(labels: readonly Label[]): void {
    this.#base = labels;
    if (!this.#isTouched) return;
    this.#removed.clear();
    this.#added.clear();
    this.#isTouched = false;
  }

  /** The empty text if there is no such label. */
  get(name: string): string {
    if (this.#isTouched) {
      const added = this.#added.get(name);
      if (added !== undefined) return added;
      if (this.#removed.has(name)) return '';
    }
    for (const label of this.#base) if (label.name === name) return label.value;
    return '';
  }

  /** A label without a value is none: it is removed. */
  set(name: string, value: string): void {
    this.#isTouched = true;
    this.#removed.add(name);
    if (value === '') this.#added.delete(name);
    else this.#added.set(name, value);
  }

  /** As they are now: what is set meanwhile does not show. */
  labels(): readonly Label[] {
    if (!this.#isTouched) return this.#base;
    const rest = this.#base.filter(({ name }) => !this.#removed.has(name));
    for (const [name, value] of this.#added) rest.push({ name, value });
    return rest;
  }

  /** In the order of the wire. The labels of the beginning, if nothing has become of them. */
  finish(): readonly Label[] {
    if (!this.#isTouched && this.#base.every(isLasting)) return this.#base;
    const labels = this.#base.filter((label) => isLasting(label) && !this.#removed.has(label.name));
    for (const [name, value] of this.#added) insert(labels, { name, value });
    return areEqual(labels, this.#base) ? this.#base : labels;
  }
}

/** Names are legal here and so ASCII, which is in one order as bytes and as UTF-16 units. */
function insert(labels: Label[], label: Label): void {
  if (!isLasting(label)) return;
  let index = labels.length;
  while (index > 0 && (labels[index - 1]?.name ?? '') > label.name) index--;
  labels.splice(index, 0, label);
}

/** Names in `__` are for use between rules only, such as `__tmp_x`. */
function isLasting({ name }: Label): boolean {
  return name === METRIC_NAME || !name.startsWith('__');
}

function areEqual(a: readonly Label[], b: readonly Label[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, value }, index) => name === b[index]?.name && value === b[index].value)
  );
}
