import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../../../shared/samples');
const missing = existsSync(folder) ? undefined : 'there is no ../shared/samples';

/**
 * Real scan results that lie beside the checkout on some machines, and not on those of public CI. Without
 * the folder, tests of them are skipped there too; where it is, whatever it lacks makes them fail.
 */
export const samples = {
  missing,
  /** What titles of such tests end with: the reason, if they will be skipped. */
  note: missing === undefined ? '' : ` (skipped: ${missing})`,
  path: (name: string): string => resolve(folder, name),
};

/** The summaries and manifests of a real cluster. */
export const dump = [
  samples.path('storage-dump/vulnerabilitymanifests.list.json'),
  samples.path('storage-dump/vulnerabilitymanifestsummaries.list.json'),
];
