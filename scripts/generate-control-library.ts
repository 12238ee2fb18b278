/**
 * Writes src/model/control-library.json from a checkout of https://github.com/kubescape/regolibrary:
 * `tsx scripts/generate-control-library.ts ../regolibrary v2.0.30`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as z from 'zod';

const Control = z.object({ controlID: z.string(), name: z.string(), baseScore: z.number() });
const Framework = z.object({
  name: z.string(),
  activeControls: z.array(z.object({ controlID: z.string() })),
});

const [checkout, version] = process.argv.slice(2);
if (checkout === undefined || version === undefined) {
  throw new TypeError('usage: tsx scripts/generate-control-library.ts CHECKOUT VERSION');
}

const controls = readAll(join(checkout, 'controls'), Control)
  .toSorted((a, b) => (a.controlID < b.controlID ? -1 : 1))
  .map(({ controlID, name, baseScore: score }) => [controlID, { name, score }] as const);
const frameworks = readAll(join(checkout, 'frameworks'), Framework)
  .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  .map(({ name, activeControls }) => {
    const ids = activeControls.map(({ controlID }) => controlID).toSorted();
    return [name, ids] as const;
  });
const library = {
  source: 'https://github.com/kubescape/regolibrary',
  license: 'Apache-2.0',
  version,
  controls: Object.fromEntries(controls),
  frameworks: Object.fromEntries(frameworks),
};
const path = join(import.meta.dirname, '../src/model/control-library.json');
writeFileSync(path, `${JSON.stringify(library, null, 2)}\n`);
process.stdout.write(`wrote ${controls.length} controls and ${frameworks.length} frameworks\n`);

/** Files whose names begin with underscores are drafts. */
function readAll<Schema extends z.ZodType>(folder: string, schema: Schema): z.output<Schema>[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !name.startsWith('_'))
    .map((name) => schema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
}
