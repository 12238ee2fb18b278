// Writes examples/scan-results: the scan results of a small made-up cluster.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { exampleFiles } from '../test/support/cluster-generator/demo-cluster/example-files.ts';

const folder = new URL('../examples/scan-results/', import.meta.url);

await mkdir(folder, { recursive: true });
for (const [name, text] of exampleFiles()) await writeFile(new URL(name, folder), text);
process.stdout.write(`wrote ${fileURLToPath(folder)}\n`);
