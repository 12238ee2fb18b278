import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type DebianMirror, findDebianMirror } from './debian-mirror.ts';
import { mustRun } from './run-command.ts';

/** Debian suite that contains the servers. Its binaries run with the glibc of bookworm. */
const SUITE = 'forky';

/** Debian signs this suite with keys from the keyring of bookworm, so no other key has to be trusted. */
const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Long enough for a failed connection and then a slow download of a few dozen megabytes. */
const APT_TIMEOUT_MS = 280_000;

/** Runs apt with all its state in one folder, without root and without changing the machine. */
export interface PrivateApt {
  /** Downloads and verifies the newest version. Returns the path of the .deb file. */
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
      // An outdated index works until the mirror deletes the listed version.
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
  // Without a keyring, apt verifies with all keys that the machine trusts.
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

/** apt reads this after the machine's configuration, which still sets proxies, for example. */
function configFor(folder: string, sources: string): string {
  return `Dir::Etc::sourcelist "${sources}";
Dir::Etc::sourceparts "/dev/null";
Dir::State::Lists "${folder}/lists";
Dir::Cache "${folder}/cache";
// If root runs apt, it would download as user _apt, which cannot write to a checkout.
APT::Sandbox::User "root";
// The machine's hooks clean the machine's cache.
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
// Fail if an index cannot be fetched.
APT::Update::Error-Mode "any";
// Reject repositories without a valid signature, even if the machine accepts them.
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
