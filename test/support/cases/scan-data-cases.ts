import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

import { createFilesSource } from '../../../src/sources/files/files-source.ts';
import { type AgentRun, runSource } from '../kubernetes/agent-run.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/cases/scan-data');
const missing = existsSync(folder) ? undefined : 'there is no ../shared/cases/scan-data';

/** Small inputs with known results, which are not part of the repository. */
export const scanDataCases = {
  missing,
  /** Suffix for test titles: the reason if the tests are skipped. */
  note: missing === undefined ? '' : ` (skipped: ${missing})`,
  path: (name: string): string => resolve(folder, name),
};

const limits = { maxDocumentBytes: 64 * 2 ** 20, maxDepth: 100 };

/** Reads the files of a case in this order, by default its folder, like `render --cluster c`. */
export async function runCase(name: string, files?: readonly string[]): Promise<AgentRun> {
  const path = scanDataCases.path(name);
  const paths = files === undefined ? [path] : files.map((file) => resolve(path, file));
  return runSource(createFilesSource({ paths, limits }), { cluster: 'c' });
}

/** Names of the input files of a case. */
export function filesOfCase(name: string): readonly string[] {
  return readdirSync(scanDataCases.path(name)).filter((file) => file !== 'expected.txt');
}
