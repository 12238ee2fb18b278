import { describe, expect, it } from 'vitest';

import { useSecretFiles } from '../support/access/secret-files.ts';
import { messageOf, writerFor } from '../support/access/write-access.ts';
import { makeCertificates } from '../support/fake-storage/certificates.ts';
import { useRecordingServers } from '../support/network/recording-server.ts';

const ours = makeCertificates({ user: 'first', serverNames: ['receiver.example'] });
const others = makeCertificates({ user: 'second', serverNames: ['receiver.example'] });
/** Accepts any client certificate, because OpenSSL cannot distinguish two CAs with the same name. */
const mutual = { ...ours.server, requestCert: true, rejectUnauthorized: false };

const files = useSecretFiles();
const start = useRecordingServers();

describe('H13: TLS to a receiver', () => {
  it.each`
    tls                                                                | outcome
    ${undefined}                                                       | ${/\(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)$/}
    ${{ ca: others.ca }}                                               | ${/\((UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE)\)$/}
    ${{ ca: ours.ca }}                                                 | ${''}
    ${{ insecure_skip_verify: true }}                                  | ${''}
    ${{ ca: ours.ca, server_name: 'receiver.example' }}                | ${''}
    ${{ ca: ours.ca, server_name: 'other.example' }}                   | ${/\(ERR_TLS_CERT_ALTNAME_INVALID\)$/}
    ${{ ca: ours.ca, server_name: '127.0.0.1' }}                       | ${''}
    ${{ ca: ours.ca, server_name: '127.0.0.2' }}                       | ${/\(ERR_TLS_CERT_ALTNAME_INVALID\)$/}
    ${{ ca: ours.ca, min_version: 'TLS13' }}                           | ${''}
    ${{ ca: ours.ca, max_version: 'TLS12' }}                           | ${''}
    ${{ ca: 'no PEM' }}                                                | ${/: the CA in tls_config contains no certificate in PEM format$/}
    ${{ ca: ours.ca, cert: ours.client.cert, key: others.client.key }} | ${/: the certificate, key or CA in tls_config is invalid \(\w+\)$/}
    ${{ ca: ours.ca, cert: 'no PEM', key: 'none' }}                    | ${/: the certificate, key or CA in tls_config is invalid \(\w+\)$/}
  `('reports $outcome with $tls', async ({ tls, outcome }: TlsCase) => {
    const server = await start({ tls: ours.server });

    const result = await writerFor({ url: server.url, tls_config: tls }).write();

    expect(messageOf(result)).toMatch(outcome);
    expect(result.status).toBe(outcome === '' ? 'success' : 'retryable');
    expect(server.requests).toHaveLength(outcome === '' ? 1 : 0);
  });

  it.each`
    ours         | theirs
    ${'TLS12'}   | ${{ minVersion: 'TLSv1.3' }}
    ${undefined} | ${{ maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }}
  `('does not exceed max_version $ours', async ({ ours: max, theirs }: VersionCase) => {
    const server = await start({ tls: { ...ours.server, ...theirs } });
    const tls = { ca: ours.ca, ...(max !== undefined && { max_version: max }) };

    const result = await writerFor({ url: server.url, tls_config: tls }).write();

    expect(messageOf(result)).toMatch(/\((ERR_SSL_\w+|EPROTO|ECONNRESET)\)$/);
  });

  it('requires min_version', async () => {
    const server = await start({ tls: { ...ours.server, maxVersion: 'TLSv1.2' } });
    const tls = { ca: ours.ca, min_version: 'TLS13' };

    const result = await writerFor({ url: server.url, tls_config: tls }).write();

    expect(messageOf(result)).toMatch(/\((ERR_SSL_\w+|EPROTO|ECONNRESET)\)$/);
  });

  it('sends server_name as SNI', async () => {
    const server = await start({ tls: ours.server });
    const tls = { ca: ours.ca, server_name: 'receiver.example' };

    await writerFor({ url: server.url, tls_config: tls }).write();

    expect(server.requests[0]?.serverName).toBe('receiver.example');
  });

  it('sends a client certificate, and the new one after its files change', async () => {
    const server = await start({ tls: mutual });
    const tls = {
      ca: ours.ca,
      cert_file: files.project('tls.crt', ours.client.cert),
      key_file: files.project('tls.key', ours.client.key),
    };
    const writer = writerFor({ url: server.url, tls_config: tls });

    await writer.write();
    await writer.write();
    expect(server.connections()).toBe(1);
    files.project('tls.crt', others.client.cert);
    const halfway = await writer.write();
    files.project('tls.key', others.client.key);
    await writer.write();

    expect(halfway.status).toBe('retryable');
    expect(server.requests.map(({ clientName }) => clientName)).toEqual([
      'first',
      'first',
      'second',
    ]);
  });

  it('trusts the new CA after its file changes', async () => {
    const server = await start({ tls: ours.server });
    const file = files.write('ca.crt', others.ca);
    const writer = writerFor({ url: server.url, tls_config: { ca_file: file } });

    const before = await writer.write();
    files.write('ca.crt', ours.ca);
    const after = await writer.write();
    files.write('ca.crt', others.ca);
    const again = await writer.write();

    expect([before.status, after.status, again.status]).toEqual([
      'retryable',
      'success',
      'retryable',
    ]);
  });

  it('does not quote the key in an error', async () => {
    const server = await start({
      tls: ours.server,
      answer: () => ({ status: 400, body: ours.client.key }),
    });
    const tls = { ca: ours.ca, cert: ours.client.cert, key: ours.client.key };

    const result = await writerFor({ url: server.url, tls_config: tls }).write();

    expect(messageOf(result)).toMatch(/^receiver answered 400 Bad Request: \[redacted\]$/);
  });
});

interface TlsCase {
  readonly tls: object | undefined;
  readonly outcome: string | RegExp;
}

interface VersionCase {
  readonly ours: string | undefined;
  readonly theirs: object;
}
