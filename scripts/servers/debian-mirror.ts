import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type AptSource, parseDeb822, parseOneLine } from './apt-sources.ts';

export interface DebianMirror {
  readonly uri: string;
  /** The keyring that the machine's configuration trusts for this mirror, if it names one. */
  readonly signedBy: string | undefined;
}

/**
 * Finds the mirror from which this machine installs Debian packages. `apt-get indextargets` lists only
 * repositories with downloaded indexes, and container images contain no indexes.
 */
export async function findDebianMirror(aptFolder = '/etc/apt'): Promise<DebianMirror> {
  const mirror = chooseDebianMirror(await readSources(aptFolder));
  if (mirror === undefined) {
    throw new Error(`none of the apt sources under ${aptFolder} is a Debian mirror`);
  }
  return mirror;
}

export function chooseDebianMirror(sources: readonly AptSource[]): DebianMirror | undefined {
  const mirrors = sources
    .filter(carriesMain)
    .flatMap(({ uris, signedBy }) =>
      uris.filter((uri) => !uri.startsWith('cdrom:')).map((uri) => ({ uri, signedBy })),
    );
  return (
    mirrors.find(({ uri }) => /\/debian(?:[/.]|$)/.test(uri)) ??
    mirrors.find(({ signedBy }) => signedBy?.includes('/debian-archive-'))
  );
}

/** The suite of a security archive contains `-` or `/`, as in `bookworm-security`. */
function carriesMain({ components, suites }: AptSource): boolean {
  return components.includes('main') && suites.some((suite) => !/[-/]/.test(suite));
}

async function readSources(aptFolder: string): Promise<readonly AptSource[]> {
  const partsFolder = join(aptFolder, 'sources.list.d');
  const parts = await readdir(partsFolder).catch((): readonly string[] => []);
  const files = [join(aptFolder, 'sources.list'), ...parts.map((name) => join(partsFolder, name))];
  const sources = await Promise.all(files.map(readSourcesFile));
  return sources.flat();
}

async function readSourcesFile(path: string): Promise<readonly AptSource[]> {
  // Each file is optional, and apt ignores files with other extensions.
  const text = await readFile(path, 'utf8').catch(() => '');
  if (path.endsWith('.sources')) return parseDeb822(text);
  return path.endsWith('.list') ? parseOneLine(text) : [];
}
