// Draws the pictures of the README into docs/pictures/. Needs `npm run build` first.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { drawChart } from './pictures/chart.ts';
import { queryPanel } from './pictures/panel-data.ts';
import { captureSummary } from './pictures/summary.ts';
import { drawTerminal } from './pictures/terminal.ts';

const folder = join(import.meta.dirname, '../docs/pictures');

await mkdir(folder, { recursive: true });
const { command, output } = await captureSummary();
await save('summary.svg', drawTerminal(command, output));
await save('findings-by-severity.svg', drawChart(await queryPanel()));

async function save(name: string, svg: string): Promise<void> {
  await writeFile(join(folder, name), svg);
  process.stdout.write(`wrote docs/pictures/${name}\n`);
}
