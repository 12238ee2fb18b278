import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { findOnPath, isExecutable } from './executable.ts';
import { withFileLock } from './file-lock.ts';
import { createPrivateApt } from './private-apt.ts';
import { mustRun } from './run-command.ts';
import { CACHE_FOLDER, cachedBinary } from './server-cache.ts';
import { SERVER_NAMES, SERVERS, type ServerName } from './servers.ts';

interface PackagedServer {
  readonly name: ServerName;
  /** File name in the package's /usr/bin. */
  readonly binary: string;
}

const fetches = new Map<string, Promise<void>>();

/** Puts all servers of a Debian package into the cache. Tries once per process. */
export async function fetchDebianPackage(packageName: string): Promise<void> {
  const fetching = fetches.get(packageName) ?? fetchOnce(packageName);
  fetches.set(packageName, fetching);
  return fetching;
}

async function fetchOnce(packageName: string): Promise<void> {
  for (const tool of ['apt-get', 'dpkg', 'flock']) {
    const path = await findOnPath([tool]);
    if (path === undefined) throw new Error(`${tool} is not on this machine's PATH`);
  }
  await mkdir(CACHE_FOLDER, { recursive: true });
  await withFileLock(join(CACHE_FOLDER, 'lock'), async () => {
    const servers = serversIn(packageName);
    const cached = await Promise.all(
      servers.map(async ({ name }) => isExecutable(cachedBinary(name))),
    );
    // The previous holder of the lock may have fetched the package.
    if (cached.every(Boolean)) return;
    await unpack(packageName, servers);
  });
}

async function unpack(packageName: string, servers: readonly PackagedServer[]): Promise<void> {
  const apt = await createPrivateApt(join(CACHE_FOLDER, 'apt'));
  const deb = await apt.download(packageName);
  const unpacked = join(CACHE_FOLDER, 'unpacked');
  // An interrupted run may have left this folder.
  await rm(unpacked, { recursive: true, force: true });
  await mustRun('dpkg', ['-x', deb, unpacked], { timeoutMs: 120_000 });
  for (const { name, binary } of servers) {
    await publish(join(unpacked, 'usr/bin', binary), cachedBinary(name));
  }
  await Promise.all([rm(unpacked, { recursive: true }), rm(deb)]);
}

/** Ensures that other processes find either no binary or a complete one that runs on this machine. */
async function publish(binary: string, target: string): Promise<void> {
  // Fails with the loader's message if a shared library is missing or the C library is too old.
  await mustRun(binary, ['--version']);
  await mkdir(dirname(target), { recursive: true });
  await rename(binary, target);
}

function serversIn(packageName: string): readonly PackagedServer[] {
  return SERVER_NAMES.flatMap((name) => {
    const server = SERVERS[name];
    if (!('debian' in server) || server.debian.package !== packageName) return [];
    return [{ name, binary: server.debian.binary }];
  });
}
