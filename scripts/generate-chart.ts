// Writes the generated parts of the chart: the schema of its values, the version, the table in its
// README, alerts and dashboards. With --check, only lists outdated files.
import { readFile, rm, writeFile } from 'node:fs/promises';

import { chartFiles } from './helm/chart-files.ts';

const check = process.argv.includes('--check');
for (const [path, text] of await chartFiles()) {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === text) continue;
  if (check) {
    process.stderr.write(`${path} is not up to date; run npm run chart\n`);
    process.exitCode = 1;
  } else {
    await (text === undefined ? rm(path) : writeFile(path, text));
    process.stderr.write(`${text === undefined ? 'removed' : 'wrote'} ${path}\n`);
  }
}
