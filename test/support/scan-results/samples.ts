import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../../../shared/samples');

/** Real scan results that lie beside the checkout on some machines; tests of them are skipped elsewhere. */
export const samples = {
  missing: existsSync(folder) ? undefined : 'there is no ../shared/samples',
  path: (name: string): string => resolve(folder, name),
};

/** The summaries and manifests of a real cluster. */
export const dump = [
  samples.path('storage-dump/vulnerabilitymanifests.list.json'),
  samples.path('storage-dump/vulnerabilitymanifestsummaries.list.json'),
];

if (samples.missing !== undefined && process.env['CI'] === 'true') {
  throw new Error(`${samples.missing}; under CI nothing may be skipped`);
}
