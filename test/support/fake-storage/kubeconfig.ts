import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

import type { Certificate } from './certificates.ts';

/** How the user of a kubeconfig logs in. */
export type KubeconfigUser =
  | { readonly token: string }
  | { readonly tokenFile: string }
  | { readonly certificate: Certificate }
  | { readonly exec: ExecPlugin };

export interface ExecPlugin {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

export interface KubeconfigOptions {
  /** Existing folder to write to. */
  readonly dir: string;
  /** @default 'kubeconfig.yaml' */
  readonly file?: string;
  /** @default nobody in particular */
  readonly user?: KubeconfigUser;
  /** PEM of the CA. */
  readonly ca?: string;
  /** Writes PEM into files of its own instead of base64 into the kubeconfig. @default false */
  readonly asFiles?: boolean;
  readonly insecureSkipTlsVerify?: boolean;
  /** Name of the context, cluster and user. @default 'fake' */
  readonly context?: string;
  /** Default namespace of the context. */
  readonly namespace?: string;
}

/**
 * Writes a kubeconfig by which clients find this server.
 *
 * @returns Its path.
 */
export function writeKubeconfig(
  { url }: { readonly url: string },
  options: KubeconfigOptions,
): string {
  const { dir, file = 'kubeconfig.yaml', context: name = 'fake', namespace } = options;
  const cluster = { server: url, ...trust(options) };
  const context = { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) };
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster }],
    users: [{ name, user: credentials(options) }],
    contexts: [{ name, context }],
  };
  return writePrivate(join(dir, file), stringify(document, { lineWidth: 0 }));
}

/** A login plugin that hands out this token, as a program of its own. */
export function tokenPlugin(token: string): ExecPlugin {
  const credential = {
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    status: { token },
  };
  const program = `console.log(${JSON.stringify(JSON.stringify(credential))})`;
  return { command: process.execPath, args: ['-e', program] };
}

function trust(options: KubeconfigOptions): Record<string, unknown> {
  const { ca, insecureSkipTlsVerify } = options;
  return {
    ...(ca === undefined ? {} : material(options, 'certificate-authority', ca)),
    ...(insecureSkipTlsVerify === true ? { 'insecure-skip-tls-verify': true } : {}),
  };
}

function credentials(options: KubeconfigOptions): Record<string, unknown> {
  const { user } = options;
  if (user === undefined) return {};
  if ('certificate' in user) {
    return {
      ...material(options, 'client-certificate', user.certificate.cert),
      ...material(options, 'client-key', user.certificate.key),
    };
  }
  if (!('exec' in user)) return user;
  const apiVersion = 'client.authentication.k8s.io/v1';
  return { exec: { apiVersion, interactiveMode: 'Never', ...user.exec } };
}

function material(
  { dir, asFiles = false }: KubeconfigOptions,
  key: string,
  pem: string,
): Record<string, string> {
  if (!asFiles) return { [`${key}-data`]: Buffer.from(pem).toString('base64') };
  return { [key]: writePrivate(join(dir, `${key}.pem`), pem) };
}

/** Clients warn of kubeconfigs that others can read. */
function writePrivate(path: string, text: string): string {
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
