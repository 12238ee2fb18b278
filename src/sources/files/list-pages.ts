import type { ListPage } from '../../formats/list-page.ts';
import type { ObjectIdentity } from '../../formats/scan-result.ts';
import type { ResultGap, ResultGroup } from '../../model/result-gap.ts';

/** All pages of one kind. */
interface PagedKind {
  /** Namespaces and names of the objects on all pages. */
  readonly names: Set<string>;
  /** Highest number of objects that a page announced, including its own. */
  announced: number;
  /** Whether any page announced that others follow. */
  isPaged: boolean;
  hasLastPage: boolean;
}

const vulnerabilities: readonly ResultGroup[] = ['vulnerabilities'];
const postures: readonly ResultGroup[] = ['postures'];

/** The groups of totals that need the objects of each list. Other lists do not matter. */
const groupsOf: ReadonlyMap<string, readonly ResultGroup[]> = new Map([
  ['VulnerabilityManifestList', vulnerabilities],
  ['VulnerabilityManifestSummaryList', vulnerabilities],
  ['WorkloadConfigurationScanList', postures],
  ['WorkloadConfigurationScanSummaryList', postures],
  ['List', [...vulnerabilities, ...postures]],
]);

/**
 * Assembles the pages of lists, in any order. A list is incomplete if its last page is missing, or if it has
 * fewer objects than a page announced. Reading a page twice adds nothing.
 */
export class ListPages {
  readonly #kinds = new Map<string, PagedKind>();
  /** Objects of the list that is being read. The list's own metadata may follow them. */
  #objects: ObjectIdentity[] = [];

  add(object: ObjectIdentity): void {
    this.#objects.push(object);
  }

  /** Ends the list whose objects were added. */
  endList({ kind, isFollowed, remaining }: Omit<ListPage, 'exportId'>): void {
    const objects = this.#objects;
    this.#objects = [];
    const pages = this.#pagesOf(kind === 'List' ? `${objects[0]?.kind ?? ''}List` : kind);
    const names = new Set(objects.map(({ name }) => name));
    for (const name of names) pages.names.add(name);
    pages.isPaged ||= isFollowed;
    pages.hasLastPage ||= !isFollowed;
    if (isFollowed) pages.announced = Math.max(pages.announced, names.size + remaining);
  }

  gaps(): ResultGap[] {
    return [...this.#kinds].flatMap(([kind, pages]) => {
      const groups = groupsOf.get(kind);
      if (groups === undefined || !isIncomplete(pages)) return [];
      return [{ groups, message: describe(kind, pages) }];
    });
  }

  #pagesOf(kind: string): PagedKind {
    const known = this.#kinds.get(kind) ?? {
      names: new Set(),
      announced: 0,
      isPaged: false,
      hasLastPage: false,
    };
    this.#kinds.set(kind, known);
    return known;
  }
}

function isIncomplete({ isPaged, hasLastPage, names, announced }: PagedKind): boolean {
  return isPaged && (!hasLastPage || names.size < announced);
}

function describe(kind: string, { names, announced }: PagedKind): string {
  const missing = announced - names.size;
  const objects = missing === 1 ? '1 object is missing' : `${missing} objects are missing`;
  const what = missing > 0 ? `at least ${objects}` : 'its last page is missing';
  return `the ${kind} is incomplete: ${what}, so totals are left out; export it with \`kubescape-push export\`, or save its other pages as well (metadata.continue)`;
}
