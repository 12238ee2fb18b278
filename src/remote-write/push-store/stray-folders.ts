import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders of this process's receivers, and folders that were already reported. */
const known = new Set<string>();

/**
 * Warns about pending samples of receivers that are no longer configured, for example after a rename. Waits
 * until all receivers are open.
 *
 * @param folder Folder of an open receiver. The folders of other receivers are next to it.
 */
export function watchForStrays(folder: string, onWarning: (message: string) => void): void {
  known.add(folder);
  setImmediate(() => {
    for (const stray of findStrays(dirname(folder))) {
      known.add(stray);
      onWarning(
        `${stray} contains undelivered samples for a receiver that is no longer configured; restore the receiver's name or URL, or delete the folder`,
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
