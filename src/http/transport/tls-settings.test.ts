import { describe, expect, it } from 'vitest';

import { SecretMemory } from '../secrets/secret-memory.ts';
import { TlsSettings } from './tls-settings.ts';

describe('TlsSettings', () => {
  // RFC 6066 §3 does not allow addresses in SNI, and Node.js warns about them on standard error.
  it.each`
    serverName          | servername
    ${'server.example'} | ${'server.example'}
    ${'127.0.0.1'}      | ${undefined}
    ${'fd00::1'}        | ${undefined}
  `(
    'H13: sends SNI $servername for server_name $serverName',
    async ({ serverName, servername }: NameCase) => {
      const settings = new TlsSettings(
        { serverName, insecureSkipVerify: false },
        new SecretMemory([]),
      );

      expect((await settings.read()).servername).toBe(servername);
    },
  );

  it('H13: returns the same object as long as nothing changes', async () => {
    const settings = new TlsSettings(undefined, new SecretMemory([]));

    expect(await settings.read()).toBe(await settings.read());
  });
});

interface NameCase {
  readonly serverName: string;
  readonly servername: string | undefined;
}
