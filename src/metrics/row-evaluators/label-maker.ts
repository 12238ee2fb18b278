import { containerLabels, imageLabels } from '../label-catalogue.ts';
import { sortLabelNames } from '../label-value-limiter.ts';
import type { Label } from '../series.ts';
import type { LastLabelSet, RowContext } from './compiled-row.ts';

/** Makes the label sets of one row, with sorted names, cleaned values, and no empty values. */
export class LabelMaker<Name extends string> {
  readonly #names: readonly (Name | typeof SHARD)[];
  readonly #context: RowContext;
  readonly #last: LastLabelSet;

  /** @param identities Sets of label names. A series that has all names of a set belongs to one shard. */
  constructor(names: readonly Name[], identities: readonly Identity[], context: RowContext) {
    const isOfOneShard = identities.some((identity) => holdsAll(names, identity));
    const needsShard = context.shard !== undefined && !isOfOneShard;
    this.#names = sortLabelNames(needsShard ? [...names, SHARD] : names);
    this.#last = context.labelSets.of(this.#names.join(','));
    this.#context = context;
  }

  /** Like `make`, for values that depend only on the subject. Caches the result across rows. */
  share<Subject extends object>(
    subject: Subject,
    valueOf: (name: Name, subject: Subject) => string,
  ): readonly Label[] {
    const last = this.#last;
    if (last.subject !== subject) {
      last.labels = this.make((name) => valueOf(name, subject));
      last.subject = subject;
    }
    return last.labels;
  }

  make(valueOf: (name: Name) => string): Label[] {
    return this.template(() => undefined)(valueOf);
  }

  /**
   * Prepares label sets that share some values. All sets contain the same objects for the shared labels.
   *
   * @param sharedValueOf Returns undefined for a label that differs between the sets.
   */
  template(
    sharedValueOf: (name: Name) => string | undefined,
  ): (valueOf: (name: Name) => string) => Label[] {
    const { shard = '' } = this.#context;
    const parts = this.#names.map((name) => {
      if (name === SHARD) return { label: this.#toLabel(SHARD, shard) };
      const value = sharedValueOf(name);
      return value === undefined ? { name } : { label: this.#toLabel(name, value) };
    });
    return (valueOf) => {
      const labels: Label[] = [];
      for (const { name, label } of parts) {
        const made = name === undefined ? label : this.#toLabel(name, valueOf(name));
        if (made !== undefined) labels.push(made);
      }
      return labels;
    };
  }

  /** A label without a value does not exist in Prometheus. */
  #toLabel(name: string, value: string): Label | undefined {
    return value === '' ? undefined : { name, value: this.#context.rules.clean(value) };
  }
}

const SHARD = 'shard';

type Identity = readonly string[];

/** Each container and each image belongs to exactly one shard. A workload with several images may span shards. */
export const targetIdentities: readonly Identity[] = [containerLabels, imageLabels];

export function holdsAll(names: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((name) => names.includes(name));
}
