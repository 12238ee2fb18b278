import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders of receivers that this process has, or has had, and those that were warned of. */
const known = new Set<string>();

/**
 * Warns of what is kept for receivers that nobody has: one whose name or URL was changed begins anew, and
 * what was kept for it would be forgotten in silence. Looks only when all receivers had time to come.
 *
 * @param folder Of a receiver, beside those of the others.
 */
export function watchForStrays(folder: string, onWarning: (message: string) => void): void {
  known.add(folder);
  setImmediate(() => {
    for (const stray of findStrays(dirname(folder))) {
      known.add(stray);
      onWarning(
        `${stray} holds what was kept for a receiver of another name or URL than those that are configured, so nobody sends it; call the receiver as before, or remove the folder`,
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
    // Whoever uses the folder says what is wrong with it.
    return [];
  }
}
