import { readFile, writeFile } from 'node:fs/promises';

import { configurationPage } from './docs/configuration-page.ts';
import { deliveryTestsPage } from './docs/delivery-tests-page.ts';
import { metricsPage } from './docs/metrics-page.ts';
import { senderRequirementsPage } from './docs/sender-requirements-page.ts';

const pages = {
  'docs/configuration.md': configurationPage(),
  'docs/metrics.md': metricsPage(),
  'docs/contributing/delivery-tests.md': deliveryTestsPage(),
  'docs/contributing/sender-requirements.md': senderRequirementsPage(),
};

const check = process.argv.includes('--check');
let outdated = 0;
for (const [path, text] of Object.entries(pages)) {
  const before = await readFile(path, 'utf8').catch(() => '');
  if (before === text) continue;
  if (check) {
    outdated++;
    process.stderr.write(`${path} is outdated; run npm run docs\n`);
  } else {
    await writeFile(path, text);
    process.stderr.write(`wrote ${path}\n`);
  }
}
process.exitCode = outdated > 0 ? 1 : 0;
