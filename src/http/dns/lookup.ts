import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { readFile } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';

import { searchNames } from './search-names.ts';

/**
 * Milliseconds until the first retry. The wait doubles with each retry, so the lookup of a name fails
 * after 6 seconds.
 */
const QUERY = { timeout: 2000, tries: 2 };

/**
 * Resolves a host name like `dns.lookup`, but needs no thread while the name servers are silent. A
 * blocked thread keeps the process from exiting, and once two are blocked, the other receivers wait for
 * their addresses. The system resolves the names in /etc/hosts, and names that the name servers do not
 * know, because it may have other sources, such as mDNS.
 */
export function lookup(
  host: string,
  options: LookupOptions,
  callback: Parameters<LookupFunction>[2],
): void {
  queryThen(host, familiesOf(options), (error: Error | null, addresses?: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error !== null) callback(error, '');
    else if (first === undefined) dns.lookup(host, options, callback);
    else if (options.all === true) callback(null, addresses ?? []);
    else callback(null, first.address, first.family);
  });
}

const queryThen = callbackify(query);

/** Returns no addresses if the system has to resolve the name. Rejects if the name servers are silent. */
async function query(host: string, families: readonly (4 | 6)[]): Promise<LookupAddress[]> {
  // Other systems do not list all name servers in this file.
  if (process.platform !== 'linux' || (await isLocal(host))) return [];
  for (const name of searchNames(host, await readText('/etc/resolv.conf'))) {
    const addresses = await queryName(name, families);
    if (addresses.length > 0) return addresses;
  }
  return [];
}

/** IPv4 comes first, because more networks support it. The connection then tries the other addresses. */
async function queryName(name: string, families: readonly (4 | 6)[]): Promise<LookupAddress[]> {
  // Reads /etc/resolv.conf each time, because the file may change.
  const resolver = new dns.promises.Resolver(QUERY);
  const answers = await Promise.allSettled(
    families.map(async (family) => {
      const found = await (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name));
      return found.map((address) => ({ address, family }));
    }),
  );
  const addresses = answers.flatMap((answer) =>
    answer.status === 'fulfilled' ? answer.value : [],
  );
  const silence = answers.find(
    (answer) => answer.status === 'rejected' && isTimeout(answer.reason),
  );
  if (addresses.length === 0 && silence?.status === 'rejected') throw silence.reason;
  return addresses;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === dns.TIMEOUT;
}

function familiesOf({ family }: LookupOptions): readonly (4 | 6)[] {
  if (family === 4 || family === 'IPv4') return [4];
  return family === 6 || family === 'IPv6' ? [6] : [4, 6];
}

async function isLocal(host: string): Promise<boolean> {
  const name = host.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const lines = (await readText('/etc/hosts')).toLowerCase().split('\n');
  return lines.some((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1).includes(name));
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
