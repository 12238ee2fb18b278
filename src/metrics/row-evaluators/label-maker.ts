import { containerLabels, imageLabels } from '../label-catalogue.ts';
import { sortLabelNames } from '../label-value-limiter.ts';
import type { Label } from '../series.ts';
import type { LastLabelSet, RowContext } from './compiled-row.ts';

/** Makes the label sets of one row: sorted names, cleaned values, no empty values. */
export class LabelMaker<Name extends string> {
  readonly #names: readonly (Name | typeof SHARD)[];
  readonly #context: RowContext;
  readonly #last: LastLabelSet;

  /** @param identities Label sets that each tie a series to one shard. */
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

  /** A label without a value does not exist in Prometheus. */
  make(valueOf: (name: Name) => string): Label[] {
    const { rules, shard = '' } = this.#context;
    const labels: Label[] = [];
    for (const name of this.#names) {
      const value = name === SHARD ? shard : valueOf(name);
      if (value !== '') labels.push({ name, value: rules.clean(value) });
    }
    return labels;
  }
}

const SHARD = 'shard';

type Identity = readonly string[];

/** A container and an image belong to one shard. A workload with several images may not. */
export const targetIdentities: readonly Identity[] = [containerLabels, imageLabels];

export function holdsAll(names: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((name) => names.includes(name));
}
