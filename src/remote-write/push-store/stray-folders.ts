import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders of this process's receivers, and folders that were already reported. */
const known = new Set<string>();

/**
 * Warns about pending samples of receivers that are no longer configured, for example after a rename. Waits
 * until all receivers are open.
 *
 * @param folder Folder of an open receiver, next to those of the others.
 */
export function watchForStrays(folder: string, onWarning: (message: string) => void): void {
  known.add(folder);
  setImmediate(() => {
    for (const stray of findStrays(dirname(folder))) {
      known.add(stray);
      onWarning(
        `${stray} contains undelivered samples of a receiver that is not configured; restore its name or URL, or remove the folder`,
      );
    }
  });
}

function findStrays(parent: string): string[] {
  try {
    return readdirSync(parent)
      .map((name) => join(parent, name))
      .filter((path) => !known.has(path))
      .filter((path) => readdirSync(path).some((name) => name.endsWith('.cycle')));
  } catch {
    // Opening the store reports the problem.
    return [];
  }
}
