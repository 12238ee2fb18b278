import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type DebianMirror, findDebianMirror } from './debian-mirror.ts';
import { mustRun } from './run-command.ts';

/** The suite the servers come from: its binaries need no newer glibc than bookworm has. */
const SUITE = 'forky';

/**
 * Debian signs every suite with the automatic keys of several releases; those of bookworm and
 * trixie, both in bookworm's keyring, sign this one. Nothing has to be trusted that the machine does
 * not trust already.
 */
const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A failed connection and a slow download of a few dozen megabytes fit in. */
const APT_TIMEOUT_MS = 280_000;

/** An apt that keeps all its state in one folder, so that it needs no root and changes no machine. */
export interface PrivateApt {
  /** Downloads the package's newest version, verified, and returns the path of the .deb file. */
  download(packageName: string): Promise<string>;
}

export async function createPrivateApt(folder: string): Promise<PrivateApt> {
  const config = await writeConfig(folder, await findDebianMirror());
  return {
    async download(packageName) {
      const debs = join(folder, 'debs');
      await rm(debs, { recursive: true, force: true });
      await mkdir(debs);
      const args = ['-c', config, '-qq', 'download', `${packageName}/${SUITE}`];
      const run = { cwd: debs, timeoutMs: APT_TIMEOUT_MS };
      // The index of an earlier run serves for as long as the mirror still has the version in it.
      await mustRun('apt-get', args, run).catch(async () => {
        await mustRun('apt-get', ['-c', config, '-qq', 'update'], run);
        await mustRun('apt-get', args, run);
      });
      return theOnlyFile(debs);
    },
  };
}

async function writeConfig(folder: string, mirror: DebianMirror): Promise<string> {
  const config = join(folder, 'apt.conf');
  const sources = join(folder, 'debian.sources');
  await Promise.all(
    ['lists/partial', 'cache/archives/partial'].map(async (path) =>
      mkdir(join(folder, path), { recursive: true }),
    ),
  );
  await writeFile(sources, await sourcesFor(mirror));
  await writeFile(config, configFor(folder, sources));
  return config;
}

async function sourcesFor({ uri, signedBy }: DebianMirror): Promise<string> {
  const hasKeyring = await access(DEBIAN_KEYRING).then(
    () => true,
    () => false,
  );
  // Without either, apt falls back to all keys the machine trusts; it verifies in any case.
  const trusted = signedBy ?? (hasKeyring ? DEBIAN_KEYRING : undefined);
  const lines = [
    'Types: deb',
    `URIs: ${uri}`,
    `Suites: ${SUITE}`,
    'Components: main',
    // Only the package index: no translations, no desktop metadata.
    'Targets: Packages',
    ...(trusted === undefined ? [] : [`Signed-By: ${trusted}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Read after the machine's own configuration, which keeps its say about proxies and the like. */
function configFor(folder: string, sources: string): string {
  return `Dir::Etc::sourcelist "${sources}";
Dir::Etc::sourceparts "/dev/null";
Dir::State::Lists "${folder}/lists";
Dir::Cache "${folder}/cache";
// apt run by root downloads as user _apt, who cannot write to a checkout.
APT::Sandbox::User "root";
// The machine's hooks tidy up the machine's own cache.
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
// An index that could not be fetched is an error, not a warning.
APT::Update::Error-Mode "any";
// Unsigned or wrongly signed repositories stay refused, whatever the machine allows itself.
Acquire::AllowInsecureRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
APT::Get::AllowUnauthenticated "false";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
`;
}

async function theOnlyFile(folder: string): Promise<string> {
  const [name] = await readdir(folder);
  if (name === undefined) throw new Error(`apt-get download left no file in ${folder}`);
  return join(folder, name);
}
