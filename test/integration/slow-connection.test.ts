import dns, { type LookupAddress, type LookupOptions } from 'node:dns';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { writerFor } from '../support/access/write-access.ts';
import { type SlowServer, startSlowServer } from '../support/network/slow-to-accept.ts';

let server: SlowServer | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await server?.close();
});

describe('a host with several addresses', () => {
  it.each`
    connection      | block
    ${'a receiver'} | ${(url: string) => ({ url })}
    ${'a proxy'}    | ${(url: string) => ({ url: 'http://far.example/', proxy_url: url })}
  `('gets seconds for each of them: $connection', async ({ block }: Case) => {
    server = await startSlowServer();
    const { port } = server;
    // Nothing listens at the second address, as in a network without IPv6.
    vi.spyOn(dns, 'lookup').mockImplementation(answerWith('127.0.0.1', '127.0.0.9'));
    const startMs = performance.now();

    const result = await writerFor(block(`http://dual.localhost:${port}`)).write();

    expect(result).toMatchObject({ status: 'success' });
    // Otherwise the server was not slow.
    expect(performance.now() - startMs).toBeGreaterThan(300);
  });
});

interface Case {
  readonly block: (url: string) => Readonly<Record<string, unknown>>;
}

function answerWith(...addresses: readonly string[]): typeof dns.lookup {
  const found: LookupAddress[] = addresses.map((address) => ({ address, family: 4 }));
  function lookup(
    ...[, , callback]: [string, LookupOptions, (error: null, all: LookupAddress[]) => void]
  ) {
    callback(null, found);
  }

  return Object.assign(lookup, dns.lookup);
}
