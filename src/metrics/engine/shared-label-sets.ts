import type { Container } from '../../model/container.ts';
import type { ScanInventory, ScanTarget } from '../../model/image-scan.ts';
import { containerLabels, type TargetLabel } from '../label-catalogue.ts';
import type { MetricFamily } from '../series.ts';
import { LabelSetGroups } from './label-set-groups.ts';
import { containersOf, noContainer } from './no-container.ts';

/** What several containers with the same labels have together. */
export interface SharedLabelSet {
  /** Containers of this label set whose image was not read yet. */
  waiting: number;
  readonly groups: LabelSetGroups;
  /** Families whose value nobody knows of one of the containers, and so of all of them together. */
  readonly unknown: Set<MetricFamily>;
}

/** A container, or an image that nothing is known to run, which stands for its container. */
export type LabelSubject = Container | ScanTarget;

/** The labels of these names, as one text. */
export type KeyOf = (
  names: readonly TargetLabel[],
  target: ScanTarget,
  container: Container,
) => string;

/** Containers that cannot be told apart by their labels. */
export function findSharedLabelSets(
  { targets, dangling = [] }: ScanInventory,
  keyOf: KeyOf,
): ReadonlyMap<LabelSubject, SharedLabelSet> {
  const search = new Search(keyOf);
  for (const target of targets) {
    for (const container of containersOf(target)) search.add(target, container);
  }
  // One that is never read: its label set waits for ever, because the others are not its whole sum.
  for (const target of dangling) {
    for (const container of target.containers) search.join(target, container);
  }
  return search.shared;
}

/** Names a container in its cluster. Two images in one place are the exception, so this goes first. */
const placeLabels = [
  'namespace',
  'workload_kind',
  'workload',
  'name',
] as const satisfies readonly (typeof containerLabels)[number][];

interface Member {
  readonly target: ScanTarget;
  readonly container: Container;
}

class Search {
  readonly shared = new Map<LabelSubject, SharedLabelSet>();
  readonly #keyOf: KeyOf;
  /** The first in each place. */
  readonly #places = new Map<string, Member>();
  /** The first with each label set, of those whose place others have too. */
  readonly #first = new Map<string, LabelSubject>();

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
  }

  add(target: ScanTarget, container: Container): void {
    const place = this.#keyOf(placeLabels, target, container);
    const there = this.#places.get(place);
    if (there === undefined) this.#places.set(place, { target, container });
    else this.#compare(there, { target, container });
  }

  /** Only where another has the same labels. */
  join(target: ScanTarget, container: Container): void {
    const there = this.#places.get(this.#keyOf(placeLabels, target, container));
    if (there === undefined) return;
    this.#note(there);
    const known = this.#first.get(this.#keyOf(containerLabels, target, container));
    if (known !== undefined) share(this.shared, known, container);
  }

  #compare(there: Member, member: Member): void {
    this.#note(there);
    const known = this.#note(member);
    if (known !== subjectOf(member)) share(this.shared, known, subjectOf(member));
  }

  /** The first with the member's labels, which is itself if there was none. */
  #note(member: Member): LabelSubject {
    const key = this.#keyOf(containerLabels, member.target, member.container);
    const known = this.#first.get(key) ?? subjectOf(member);
    this.#first.set(key, known);
    return known;
  }
}

function subjectOf({ target, container }: Member): LabelSubject {
  return container === noContainer ? target : container;
}

/** Makes them members of one label set, of which the first may be one already. */
function share(
  shared: Map<LabelSubject, SharedLabelSet>,
  first: LabelSubject,
  other: LabelSubject,
): void {
  const known = shared.get(first) ?? {
    waiting: 1,
    groups: new LabelSetGroups(),
    unknown: new Set(),
  };
  known.waiting++;
  shared.set(first, known);
  shared.set(other, known);
}
