import type { Label } from '../time-series.ts';

/** About 20 MB in addition to the strings. A scan has far fewer distinct labels than series. */
const MAX_LABELS = 100_000;

/** A label that exists only once per table, with cached facts about it. */
export class InternedLabel implements Label {
  readonly name: string;
  readonly value: string;
  /** Whether receivers accept the label as it is. */
  readonly isNormal: boolean;
  /** All labels of the table with the same name, keyed by value. */
  readonly siblings: Map<string, InternedLabel>;
  /** Set by the last hasher that hashed the label. */
  hash: LabelHash | undefined;

  constructor({ name, value }: Label, isNormal: boolean, siblings: Map<string, InternedLabel>) {
    this.name = name;
    this.value = value;
    this.isNormal = isNormal;
    this.siblings = siblings;
    this.hash = undefined;
  }
}

/** Both halves of a label's hash, which depends on the hasher. */
export interface LabelHash {
  readonly hasher: object;
  readonly high: number;
  readonly low: number;
}

/** Makes equal labels the same object, so that each label is checked, hashed and compared once. */
export class LabelTable {
  readonly #isNormal: (label: Label) => boolean;
  readonly #maxLabels: number;
  readonly #byName = new Map<string, Map<string, InternedLabel>>();
  #size = 0;

  constructor(isNormal: (label: Label) => boolean, maxLabels: number = MAX_LABELS) {
    this.#isNormal = isNormal;
    this.#maxLabels = maxLabels;
  }

  /** @param neighbor Any label of this table, preferably with the same name. */
  intern(label: Label, neighbor?: InternedLabel): InternedLabel {
    const { name, value } = label;
    const siblings = neighbor?.name === name ? neighbor.siblings : this.#byName.get(name);
    return siblings?.get(value) ?? this.#add(label);
  }

  #add(label: Label): InternedLabel {
    if (this.#size >= this.#maxLabels) this.clear();
    const siblings = this.#byName.get(label.name) ?? new Map<string, InternedLabel>();
    this.#byName.set(label.name, siblings);
    const interned = new InternedLabel(label, this.#isNormal(label), siblings);
    siblings.set(label.value, interned);
    this.#size++;
    return interned;
  }

  /** Forgets all labels. Those in use stay valid. Cheaper than tracking the last use of each. */
  clear(): void {
    for (const siblings of this.#byName.values()) siblings.clear();
    this.#byName.clear();
    this.#size = 0;
  }
}
