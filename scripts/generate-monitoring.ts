import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { monitoringFiles } from './monitoring/files.ts';

const check = process.argv.includes('--check');
let outdated = 0;
for (const [path, text] of Object.entries(monitoringFiles())) {
  const before = await readFile(path, 'utf8').catch(() => '');
  if (before === text) continue;
  if (check) {
    outdated++;
    process.stderr.write(`${path} is outdated; run npm run monitoring\n`);
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    process.stderr.write(`wrote ${path}\n`);
  }
}
process.exitCode = outdated > 0 ? 1 : 0;
