import { measure } from './measure.ts';
import { cliPath } from './support/cli-path.ts';
import { median } from './support/median.ts';
import { printTable } from './support/print-table.ts';

const ROUNDS = 10;

const commands = [
  { name: 'bare: node -e 0', args: ['-e', '0'] },
  { name: 'kubescape-push --version', args: [cliPath, '--version'] },
] as const;

/** How long a command that does nothing takes, beside Node alone. */
export async function benchStartup(): Promise<void> {
  const rows = commands.map(({ name, args }) => ({ name, args, millis: Array<number>() }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { args, millis } of rows)
      millis.push((await measure([process.execPath, ...args])).seconds * 1000);
  }
  printTable(`startup, median of ${ROUNDS}`, [
    ['command', 'ms'],
    ...rows.map(({ name, millis }) => [name, median(millis).toFixed(0)]),
  ]);
}
