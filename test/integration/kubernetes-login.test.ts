import { delimiter, join } from 'node:path';
import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AccessError } from '../../src/http/access-error.ts';
import type { KubeconfigAccessOptions } from '../../src/kubernetes/login/kubeconfig-access.ts';
import { makeCertificates } from '../support/fake-storage/certificates.ts';
import { printCredential } from '../support/kubernetes/access-files.ts';
import {
  type AccessLab,
  ask,
  certificates,
  startLab,
  statusOf,
} from '../support/kubernetes/access-lab.ts';
import { startAccessServer, startConnectProxy } from '../support/kubernetes/access-server.ts';

const SECRET = 'abcdef0123456789abcdef0123456789';

let lab: AccessLab;

beforeEach(async () => {
  lab = await startLab();
  vi.stubEnv('KUBECONFIG', undefined);
  vi.stubEnv('HOME', lab.files.directory);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await lab.close();
});

describe('finding the configuration', () => {
  it('falls back to the file in the home directory', async () => {
    const { cluster, files, open, server } = lab;
    files.write('.kube/config', JSON.stringify(twoContexts(cluster)));

    const access = await open({ rootPath: files.directory });

    const path = join(files.directory, '.kube/config');
    expect(access.origin).toBe(`kubeconfig ${path}, context "first"`);
    expect(access.server).toBe(server.url);
  });

  it('merges the files of KUBECONFIG: the first occurrence of a name is used', async () => {
    const { cluster, files, open, server } = lab;
    const other = { server: 'https://other.example' };
    const one = files.write('one', JSON.stringify(twoContexts(cluster)));
    const two = files.write(
      'two',
      JSON.stringify({ ...twoContexts(other), 'current-context': 'x' }),
    );
    vi.stubEnv('KUBECONFIG', [join(files.directory, 'missing'), one, two].join(delimiter));

    const access = await open({ context: 'second' });

    expect(access.origin).toBe(`kubeconfig ${one}, ${two}, context "second"`);
    expect(access.server).toBe(server.url);
  });

  it('prefers an explicit kubeconfig or context to a service account', async () => {
    const { cluster, files, open } = lab;
    const config = JSON.stringify(twoContexts(cluster));
    files.write('var/run/secrets/kubernetes.io/serviceaccount/token', SECRET);
    vi.stubEnv('KUBECONFIG', files.write('named', config));
    const rootPath = files.directory;

    expect((await open({ rootPath })).origin).toContain('named, context "first"');
    vi.stubEnv('KUBECONFIG', undefined);
    files.write('.kube/config', config);
    expect((await open({ rootPath, context: 'second' })).origin).toContain('context "second"');
    expect((await open({ rootPath, inCluster: false })).origin).toContain('context "first"');
  });

  it('resolves a token file relative to the kubeconfig', async () => {
    const { cluster, files, open, server } = lab;
    files.write('token', 'from-file\n');
    const user = { token: 'ignored', tokenFile: 'token' };

    await statusOf(await open({ kubeconfig: files.kubeconfig({ cluster, user }) }));

    expect(server.requests[0]?.headers.authorization).toBe('Bearer from-file');
  });

  it.each`
    what                    | options                              | message
    ${'nothing'}            | ${{}}                                | ${'no cluster is configured: no service account at '}
    ${'no service account'} | ${{ inCluster: true }}               | ${'no service account token is mounted at '}
    ${'no such file'}       | ${{ kubeconfig: '/nowhere/config' }} | ${'cannot read the kubeconfig /nowhere/config (ENOENT)'}
    ${'a folder'}           | ${{ kubeconfig: '/tmp' }}            | ${'cannot read the kubeconfig /tmp (EISDIR)'}
  `('reports a missing configuration: $what', async ({ options, message }: Case) => {
    const rootPath = lab.files.directory;

    await expect(lab.open({ rootPath, ...options })).rejects.toThrow(message);
  });

  it('requires KUBERNETES_SERVICE_HOST with a service account', async () => {
    const { files, open } = lab;
    vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined);
    files.write('var/run/secrets/kubernetes.io/serviceaccount/token', SECRET);

    await expect(open({ rootPath: files.directory })).rejects.toThrow(
      'KUBERNETES_SERVICE_HOST is not set',
    );
  });
});

describe('a broken kubeconfig', () => {
  it.each`
    what             | content                                                                 | message
    ${'no YAML'}     | ${`a: 1\n"${SECRET}`}                                                   | ${' is not a kubeconfig: invalid YAML at line 2 (MISSING_CHAR)'}
    ${'text'}        | ${SECRET}                                                               | ${' is not a kubeconfig'}
    ${'empty'}       | ${''}                                                                   | ${' is not a kubeconfig'}
    ${'users: text'} | ${`users: ${SECRET}`}                                                   | ${' is not a kubeconfig'}
    ${'no context'}  | ${'kind: Config'}                                                       | ${' has no current context; it contains no contexts'}
    ${'a list'}      | ${'contexts: [{name: a, context: {cluster: b}}]'}                       | ${' has no current context; it contains "a"'}
    ${'no cluster'}  | ${'{current-context: a, contexts: [{name: a, context: {cluster: b}}]}'} | ${'context "a" is for cluster "b", which is missing or has no server'}
  `('is reported without its content: $what', async ({ content, message }: Case) => {
    const kubeconfig = lab.files.write('config', content);

    const error = await failure({ kubeconfig });

    expect(error.message).toContain(message);
    expect(error.message).toContain(kubeconfig);
  });

  it('lists up to ten existing contexts', async () => {
    const contexts = Array.from({ length: 12 }, (_, index) => ({
      name: `c${index}`,
      context: { cluster: 'a' },
    }));
    const kubeconfig = lab.files.write('config', JSON.stringify({ contexts }));

    const { message } = await failure({ kubeconfig, context: 'missing' });

    expect(message).toContain('has no context "missing"; it contains "c0", "c1"');
    expect(message).toContain('"c9" and 2 more');
  });

  it.each`
    what                 | cluster                                    | user                                                                            | message
    ${'a wrong server'}  | ${{ server: 'ftp://a' }}                   | ${{}}                                                                           | ${'the server of cluster "cluster" must be an http:// or https:// URL'}
    ${'a wrong proxy'}   | ${{ 'proxy-url': 'nonsense' }}             | ${{}}                                                                           | ${'proxy-url of cluster "cluster" must be an http, https or socks5 URL'}
    ${'no CA file'}      | ${{ 'certificate-authority': '/nowhere' }} | ${{}}                                                                           | ${'references a file that cannot be read (ENOENT)'}
    ${'no key'}          | ${{}}                                      | ${{ 'client-certificate-data': btoa(SECRET), 'client-key-data': btoa(SECRET) }} | ${'has an invalid CA, client certificate or key'}
    ${'no token'}        | ${{}}                                      | ${{ tokenFile: '/nowhere' }}                                                    | ${'cannot read the token file /nowhere (ENOENT)'}
    ${'an empty token'}  | ${{}}                                      | ${{ tokenFile: '/dev/null' }}                                                   | ${'the token file /dev/null is empty'}
    ${'an empty plugin'} | ${{}}                                      | ${{ exec: { args: [SECRET] } }}                                                 | ${'has no command'}
  `('is reported if it contains $what', async ({ cluster, user, message }: Case) => {
    const merged = { ...lab.cluster, ...cluster };
    const kubeconfig = lab.files.kubeconfig({ cluster: merged, user });

    expect((await failure({ kubeconfig })).message).toContain(message);
  });
});

describe('a failing exec plugin', () => {
  it.each`
    what               | source                                                                    | message
    ${'an exit code'}  | ${`console.error('\\nlogin expired ${SECRET}\\nx'); process.exit(7)`}     | ${'failed with 7: login expired [redacted]'}
    ${'no JSON'}       | ${`console.log('${SECRET}')`}                                             | ${'did not print an ExecCredential with a token or a client certificate'}
    ${'no credential'} | ${printCredential({})}                                                    | ${'did not print an ExecCredential with a token or a client certificate'}
    ${'no end'}        | ${`console.error('waiting'); setInterval(() => {}, 1000)`}                | ${'timed out after 500 ms: waiting'}
    ${'a lost child'}  | ${`require('child_process').spawn('sleep', ['3'], { stdio: 'inherit' })`} | ${'timed out after 500 ms'}
  `('is reported: $what', async ({ source, message }: Case) => {
    const exec = lab.files.plugin(source);
    const kubeconfig = lab.files.kubeconfig({ cluster: lab.cluster, user: { exec } });

    const error = await failure({ kubeconfig, loginTimeoutMs: 500 });

    expect(error.message).toBe(`exec plugin "${process.execPath}" ${message}`);
  });

  it('is reported if it is missing, with its install hint', async () => {
    const exec = { command: './bin/no-such-plugin', installHint: '\nInstall it first\n' };
    const kubeconfig = lab.files.kubeconfig({ cluster: lab.cluster, user: { exec } });

    const { message } = await failure({ kubeconfig });

    const command = join(lab.files.directory, 'bin/no-such-plugin');
    expect(message).toBe(`exec plugin "${command}" was not found: Install it first`);
  });

  it('is abandoned when the signal aborts', async () => {
    const exec = lab.files.plugin('setInterval(() => {}, 1000)');
    const kubeconfig = lab.files.kubeconfig({ cluster: lab.cluster, user: { exec } });
    const controller = new AbortController();

    const reason = new Error('interrupted');
    setTimeout(() => controller.abort(reason), 200);

    await expect(lab.open({ kubeconfig }, controller.signal)).rejects.toBe(reason);
  });
});

describe('a connection', () => {
  const strangers = makeCertificates();

  it.each`
    what                   | entry                                                   | message
    ${'a CA of that name'} | ${{ 'certificate-authority-data': btoa(strangers.ca) }} | ${'the signature of the certificate does not match its CA'}
    ${'no CA'}             | ${{ 'certificate-authority-data': undefined }}          | ${'the certificate is signed by an unknown CA'}
    ${'another name'}      | ${{ 'tls-server-name': 'other.example' }}               | ${'the certificate is for another host name'}
    ${'no server'}         | ${{ server: 'https://127.0.0.1:1' }}                    | ${'the connection was refused'}
    ${'a dead proxy'}      | ${{ 'proxy-url': `http://${SECRET}@127.0.0.1:1` }}      | ${'the connection was refused'}
  `('reports why it failed: $what', async ({ entry, message }: Case) => {
    const access = await lab.open(withToken({ ...lab.cluster, ...entry }));

    const error = await rejection(ask(access));

    expect(error.message).toContain(`no answer from ${access.server}: ${message} (`);
  });

  it('reports why it failed: a server without TLS', async () => {
    const plain = await startAccessServer(undefined);
    const server = plain.url.replace('http:', 'https:');

    const error = await rejection(ask(await lab.open(withToken({ ...lab.cluster, server }))));

    expect(error.message).toContain(`no answer from ${server}: the server does not use TLS (`);
    await plain.close();
  });

  it('reports why it failed: a proxy that rejects it', async () => {
    const proxy = await startConnectProxy(407);
    const access = await lab.open(withToken({ ...lab.cluster, 'proxy-url': proxy.url }));

    const error = await rejection(ask(access));

    expect(error.message).toBe(`no answer from ${access.server}: the proxy answered 407`);
    await proxy.close();
  });

  it.each`
    what                               | entry
    ${'a matching server name'}        | ${{ 'tls-server-name': 'localhost' }}
    ${'certificate checks turned off'} | ${{ 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true }}
  `('succeeds with $what', async ({ entry }: Case) => {
    const access = await lab.open(withToken({ ...lab.cluster, ...entry }));

    expect(await statusOf(access)).toBe(200);
  });

  it('uses a CA file, even without a user', async () => {
    const { files, open, server } = lab;
    files.write('ca.crt', certificates.ca);
    const cluster = { server: server.url, 'certificate-authority': 'ca.crt' };
    const config = { ...twoContexts(cluster), users: [] };

    expect(
      await statusOf(await open({ kubeconfig: files.write('c', JSON.stringify(config)) })),
    ).toBe(200);
  });
});

it('keeps its context, and never sends credentials of another server', async () => {
  const { files, open, server } = lab;
  const url = server.url.replace('://', '://admin:hunter22@');
  const cluster = { ...lab.cluster, server: url };
  const kubeconfig = files.kubeconfig({ cluster, user: { token: 'one' } });
  const access = await open({ kubeconfig });
  server.accepted.add('Bearer two');

  files.kubeconfig({ cluster, user: { token: 'two' } });
  expect(await statusOf(access)).toBe(200);

  server.accepted.clear();
  server.accepted.add('Bearer three');
  files.kubeconfig({ cluster: { server: 'https://other.example' }, user: { token: 'three' } });
  const { message } = await rejection(ask(access));
  expect(message).toContain(`no longer refers to ${server.url}`);
});

function withToken(cluster: Readonly<Record<string, unknown>>): Partial<KubeconfigAccessOptions> {
  return { kubeconfig: lab.files.kubeconfig({ cluster, user: { token: SECRET } }) };
}

async function failure(options: Partial<KubeconfigAccessOptions>): Promise<Error> {
  return rejection(lab.open(options));
}

/** Inspects the whole error, because a log may contain all its properties. */
async function rejection(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AccessError)) throw new Error(`not rejected: ${inspect(error)}`);
  expect(inspect(error, { depth: null })).not.toContain(SECRET);
  return error;
}

function twoContexts(cluster: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    'current-context': 'first',
    clusters: [{ name: 'cluster', cluster }, { name: 'broken' }],
    contexts: ['first', 'second'].map((name) => ({ name, context: { cluster: 'cluster' } })),
  };
}

/** Columns of the tables above. Each table has some of them. */
interface Case extends Readonly<Record<'cluster' | 'user' | 'entry', Record<string, unknown>>> {
  readonly options: Partial<KubeconfigAccessOptions>;
  readonly content: string;
  readonly source: string;
  readonly message: string;
}
