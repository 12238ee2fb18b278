import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Measured, measure } from './measure.ts';
import { cliPath } from './support/cli-path.ts';
import { type HostileInput, hostileInputs, validInputs } from './support/hostile-inputs.ts';
import { printTable } from './support/print-table.ts';

const TIMEOUT_MS = 60_000;

/**
 * Reads files that are made to be expensive, beside valid ones of the same size. The variable
 * `BENCH_OTHER_CLI` names the program of another version to compare with.
 */
export async function benchHostile(): Promise<void> {
  const other = process.env['BENCH_OTHER_CLI'];
  const programs = other === undefined ? [cliPath] : [other, cliPath];
  const folder = mkdtempSync(join(tmpdir(), 'bench-hostile-'));
  try {
    const rows = [];
    for (const input of [...validInputs, ...hostileInputs]) {
      rows.push([input.what, ...(await measureInput(input, folder, programs))]);
    }
    const headings = programs.flatMap(() => ['CPU seconds', 'peak RSS, MiB']);
    printTable('hostile: files that are made to be expensive', [['', ...headings], ...rows]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureInput(
  { name, content }: HostileInput,
  folder: string,
  programs: readonly string[],
): Promise<string[]> {
  const path = join(folder, name);
  writeFileSync(path, content());
  const cells: string[] = [];
  for (const program of programs) {
    const command = [process.execPath, program, 'render', '--cluster', 'c', '--from', path];
    cells.push(...describe(await measure(command, { timeoutMs: TIMEOUT_MS, mayFail: true })));
  }
  return cells;
}

function describe({ cpuSeconds, peakMiB, isKilled }: Measured): string[] {
  return [isKilled ? 'killed after 60 s' : cpuSeconds.toFixed(1), peakMiB.toFixed(0)];
}
