import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { EXPORT_MANIFEST, exportFileName } from '../../export-manifest.ts';
import { storageKinds } from '../storage-api.ts';
import { ExportFolderError, ExportWriteError } from './export-error.ts';

const ownFiles: ReadonlySet<string> = new Set([
  EXPORT_MANIFEST,
  ...storageKinds.map(exportFileName),
]);

/** Creates the folder, or removes the lists of an earlier export. */
export async function prepareFolder(folder: string): Promise<void> {
  const names = await createFolder(folder);
  const foreign = names.find((name) => !ownFiles.has(name) && !name.startsWith('.'));
  if (foreign !== undefined) {
    throw new ExportFolderError(
      `${folder} has other files, such as ${foreign}; export to an empty folder, or to the folder of an earlier export`,
    );
  }
  for (const name of names.filter((one) => ownFiles.has(one) && one !== EXPORT_MANIFEST)) {
    await rm(join(folder, name), { force: true });
  }
}

async function createFolder(folder: string): Promise<readonly string[]> {
  try {
    await mkdir(folder, { recursive: true });
    return await readdir(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExportWriteError(`cannot use the folder ${folder}: ${reason}`, { cause: error });
  }
}
