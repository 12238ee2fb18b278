import { containerLabels, imageLabels } from '../label-catalogue.ts';
import { sortLabelNames } from '../label-value-limiter.ts';
import type { Label } from '../series.ts';
import type { LastLabelSet, RowContext } from './compiled-row.ts';

/** Makes the label sets of one row: names are sorted once, values cleaned, empty ones left out. */
export class LabelMaker<Name extends string> {
  readonly #names: readonly (Name | typeof SHARD)[];
  readonly #context: RowContext;
  readonly #last: LastLabelSet;

  /** @param identities Label sets any of which keeps a series to one shard. */
  constructor(names: readonly Name[], identities: readonly Identity[], context: RowContext) {
    const isOfOneShard = identities.some((identity) => holdsAll(names, identity));
    const needsShard = context.shard !== undefined && !isOfOneShard;
    this.#names = sortLabelNames(needsShard ? [...names, SHARD] : names);
    this.#last = context.labelSets.of(this.#names.join(','));
    this.#context = context;
  }

  /** As `make`, where the subject alone decides the values: other rows may have asked before. */
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

  /** To Prometheus a label without a value is no label. */
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

/** A container and an image belong to one shard whole; a workload with several images does not. */
export const targetIdentities: readonly Identity[] = [containerLabels, imageLabels];

export function holdsAll(names: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((name) => names.includes(name));
}
