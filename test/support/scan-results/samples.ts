import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../../../shared/samples');
const missing = existsSync(folder) ? undefined : 'there is no ../shared/samples';

/**
 * Real scan results, which are not part of the repository. Tests that need them are skipped if the folder
 * does not exist, and fail if a file is missing from it.
 */
export const samples = {
  missing,
  /** Suffix for test titles: the reason if the tests are skipped. */
  note: missing === undefined ? '' : ` (skipped: ${missing})`,
  path: (name: string): string => resolve(folder, name),
};

/** Summaries and manifests of a real cluster. */
export const dump = [
  samples.path('storage-dump/vulnerabilitymanifests.list.json'),
  samples.path('storage-dump/vulnerabilitymanifestsummaries.list.json'),
];
