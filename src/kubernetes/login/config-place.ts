import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { AccessError } from '../../http/access-error.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Where the address of a cluster and the way to log in are written down. */
export type ConfigPlace = InClusterPlace | KubeconfigPlace;

interface InClusterPlace {
  readonly kind: 'in-cluster';
  /** Before `/var/run/secrets/…`; empty in a pod. */
  readonly rootPath: string;
  readonly tokenFile: string;
}

export interface KubeconfigPlace {
  readonly kind: 'kubeconfig';
  /** Where the same name is in several of them, the first one counts. */
  readonly paths: readonly string[];
  /** The current context if not given. */
  readonly context: string | undefined;
}

export interface PlaceOptions {
  /** One file. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** `true` demands the service account of this pod, `false` rules it out. */
  readonly inCluster?: boolean | undefined;
  /** Stands before the path of the service account's files. For tests. */
  readonly rootPath?: string | undefined;
}

/**
 * Whoever names a file, a context or `KUBECONFIG` means that, even in a pod: CI jobs run in the pods
 * of one cluster and look at another. Otherwise a pod's own service account goes first.
 *
 * @throws {AccessError} Nothing is configured.
 */
export async function findPlace(options: PlaceOptions): Promise<ConfigPlace> {
  const { kubeconfig, context, rootPath = '' } = options;
  const tokenFile = `${rootPath}${SERVICE_ACCOUNT}/token`;
  const inCluster = { kind: 'in-cluster', rootPath, tokenFile } as const;
  if (options.inCluster === true) return requireServiceAccount(inCluster);
  if (kubeconfig !== undefined) return { kind: 'kubeconfig', paths: [kubeconfig], context };
  const named = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (named.length > 0) return { kind: 'kubeconfig', paths: named, context };

  const mayBePod = options.inCluster !== false && context === undefined;
  if (mayBePod && (await isReadable(tokenFile))) return requireServiceAccount(inCluster);
  const home = join(homedir(), '.kube', 'config');
  if (await isReadable(home)) return { kind: 'kubeconfig', paths: [home], context };
  throw new AccessError(
    `no cluster is configured: there is no service account at ${tokenFile}, KUBECONFIG is not set, and ${home} cannot be read`,
  );
}

async function requireServiceAccount(place: InClusterPlace): Promise<ConfigPlace> {
  if (!(await isReadable(place.tokenFile))) {
    throw new AccessError(`no service account token is mounted at ${place.tokenFile}`);
  }
  for (const name of ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT']) {
    if ((process.env[name] ?? '') === '') {
      throw new AccessError(
        `there is a service account at ${place.tokenFile}, but ${name} is not set`,
      );
    }
  }
  return place;
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
