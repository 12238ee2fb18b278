import { listPages } from '../../../kubernetes/list-pages.ts';
import { type ExportedFile, exportFileName } from '../../export-manifest.ts';
import { kindDown } from '../kind-state.ts';
import { objectName } from '../list-item.ts';
import { versionOf } from '../manifest-index.ts';
import { FULL_SPEC, type StorageKind, storagePath } from '../storage-api.ts';
import type { ExportContext } from './export-context.ts';
import { ListFile } from './list-file.ts';

/** What the export contains of one kind. */
export interface KindExport {
  /** Absent if the list could not be read. */
  readonly file?: ExportedFile;
  /** One sentence for each thing that is missing. */
  readonly problems: readonly string[];
}

interface ListExport {
  /** Kind of the objects. */
  readonly objectKind: string;
  readonly resource: StorageKind;
  /** Number of objects per page. */
  readonly pageSize: number;
  /** Whether a push works without the kind if it is not installed or not permitted. */
  readonly isOptional: boolean;
  /** Whether to export the object. */
  readonly accepts: (item: unknown) => boolean;
}

/** Writes the file of a kind, and removes it if that fails. */
export async function writeListFile(
  { folder, exportId }: ExportContext,
  { resource, objectKind: kind }: Pick<ListExport, 'resource' | 'objectKind'>,
  write: (file: ListFile) => Promise<KindExport>,
): Promise<KindExport> {
  const file = new ListFile({ folder, name: exportFileName(resource), kind, exportId });
  try {
    return await write(file);
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** Exports the objects of all namespaces page by page. */
export async function exportList(context: ExportContext, list: ListExport): Promise<KindExport> {
  return writeListFile(context, list, async (file) => writePages(file, context, list));
}

async function writePages(
  file: ListFile,
  context: ExportContext,
  { resource, pageSize, isOptional, accepts }: ListExport,
): Promise<KindExport> {
  const { client, observer, signal } = context;
  const request = { path: storagePath(resource), query: FULL_SPEC, limit: pageSize };
  const written = new SeenVersions();
  let unreadable = 0;
  let isDoubtful = false;
  for await (const page of listPages(client, { ...request, prefetch: true }, signal)) {
    if (page.status !== 'ok') {
      await file.discard();
      const down = kindDown(resource, page);
      return isOptional && !down.hasFailed ? { problems: [] } : toProblem(down, context);
    }
    isDoubtful = page.value.isDoubtful;
    for (const item of page.value.items) {
      if (objectName(item) === undefined) unreadable++;
      else if (!written.hasSeen(item) && accepts(item)) await file.add(item);
    }
    observer.progress({ kind: resource, done: file.objects });
  }
  return { file: await file.close(), problems: describe(resource, unreadable, isDoubtful) };
}

/**
 * Recognizes objects that were exported before their page was requested again and have not changed
 * since.
 */
class SeenVersions {
  readonly #seen = new Set<string>();

  /** Always false for an object without a version. */
  hasSeen(item: unknown): boolean {
    const { key, changeKey } = versionOf(item);
    const version = `${key} ${changeKey}`;
    const isSeen = changeKey !== '' && this.#seen.has(version);
    this.#seen.add(version);
    return isSeen;
  }
}

/**
 * If a kind is not installed or not permitted, no push can read it, so the export is complete without
 * it.
 */
export function toProblem(
  { message, hasFailed }: ReturnType<typeof kindDown>,
  { observer }: ExportContext,
): KindExport {
  if (!hasFailed) observer.warn(message);
  return { problems: hasFailed ? [message] : [] };
}

function describe(resource: StorageKind, unreadable: number, isDoubtful: boolean): string[] {
  const problems: string[] = [];
  if (unreadable > 0) {
    problems.push(
      `the server could not read ${unreadable} of its ${resource}; check the log of Kubescape's storage`,
    );
  }
  if (isDoubtful) {
    problems.push(
      `the list of ${resource} ends with an empty page, so further objects may be missing`,
    );
  }
  return problems;
}
