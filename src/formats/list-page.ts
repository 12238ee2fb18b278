import * as z from 'zod';

/** Kind and paging metadata of a Kubernetes list. */
export interface ListPage {
  /** Kind of the list, such as `VulnerabilityManifestList` or just `List`. */
  readonly kind: string;
  /** Whether the server had more objects. */
  readonly isFollowed: boolean;
  /** Number of objects on later pages. 0 if the server did not report it. */
  readonly remaining: number;
  /** ID of the export that wrote the list. Empty if no export wrote it. */
  readonly exportId: string;
}

const Page = z.object({
  kind: z.string().catch('List'),
  metadata: z
    .object({
      continue: z.string().catch(''),
      remainingItemCount: z.int().nonnegative().catch(0),
      export: z.string().catch(''),
    })
    .catch({ continue: '', remainingItemCount: 0, export: '' }),
});

/** Reads the paging metadata, which is the only difference between a page and a whole list. */
export function readListPage(list: unknown): ListPage {
  const { kind, metadata } = Page.parse(list);
  const { continue: token, remainingItemCount: remaining, export: exportId } = metadata;
  return { kind, isFollowed: token !== '' || remaining > 0, remaining, exportId };
}
