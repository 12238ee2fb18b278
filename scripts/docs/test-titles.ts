import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A test or a group of tests whose title claims promises by their IDs, as in `E3, E4: …`. */
export interface ClaimingTest {
  readonly ids: readonly string[];
  /** Path relative to the root of the project. */
  readonly file: string;
  /** Title without the IDs. */
  readonly title: string;
}

const CLAIM = /(['"`])([EHOPS]\d+(?:, [EHOPS]\d+)*): (.*?)\1/g;

/** Returns tests in the order of files and lines. Paths are relative to the current folder. */
export function findClaimingTests(folders: readonly string[]): ClaimingTest[] {
  return folders.flatMap(listTestFiles).flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    return Array.from(source.matchAll(CLAIM), ([, , ids = '', title = '']) => ({
      ids: ids.split(', '),
      file,
      title,
    }));
  });
}

function listTestFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(folder, path))
    .toSorted();
}
