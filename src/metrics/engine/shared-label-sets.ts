import type { Container } from '../../model/container.ts';
import type { ScanInventory, ScanTarget } from '../../model/image-scan.ts';
import { containerLabels, type TargetLabel } from '../label-catalogue.ts';
import type { MetricFamily } from '../series.ts';
import { LabelSetGroups } from './label-set-groups.ts';
import { containersOf, noContainer } from './no-container.ts';

/** State of the containers that share one label set. */
export interface SharedLabelSet {
  /** Containers of this label set whose image has not been read yet. */
  waiting: number;
  /** Values with the labels of these containers. */
  readonly groups: LabelSetGroups;
  /** Values of these containers for sums over more containers. */
  readonly held: LabelSetGroups;
  /** Families with an unknown value for one of the containers, and therefore for their sum. */
  readonly unknown: Set<MetricFamily>;
}

/** A container, or an image without known containers. */
export type LabelSubject = Container | ScanTarget;

/** Returns the values of the named labels as one text. */
export type KeyOf = (
  names: readonly TargetLabel[],
  target: ScanTarget,
  container: Container,
) => string;

/** Finds the containers that have the same labels as another one. */
export function findSharedLabelSets(
  { targets, unscanned, dangling = [] }: ScanInventory,
  keyOf: KeyOf,
): ReadonlyMap<LabelSubject, SharedLabelSet> {
  const search = new Search(keyOf);
  for (const target of targets) {
    for (const container of containersOf(target)) search.add(target, container);
  }
  // A container without findings is not read, so its label set would never become complete.
  for (const target of [...dangling, ...unscanned]) {
    for (const container of target.containers) search.join(target, container);
  }
  return search.shared;
}

/** Labels that identify a container in its cluster. */
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
  /** The first container found in each place. */
  readonly #places = new Map<string, Member>();
  /** The first container with each label set. Only contains containers that share their place. */
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

  /** Adds a container without findings to the label set of containers with the same labels, if there are any. */
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

  /** Returns the first container with the same labels, which may be the member itself. */
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

/** Joins two containers in one label set. The first one may already belong to a set. */
function share(
  shared: Map<LabelSubject, SharedLabelSet>,
  first: LabelSubject,
  other: LabelSubject,
): void {
  const known = shared.get(first) ?? {
    waiting: 1,
    groups: new LabelSetGroups(),
    held: new LabelSetGroups(),
    unknown: new Set(),
  };
  known.waiting++;
  shared.set(first, known);
  shared.set(other, known);
}
