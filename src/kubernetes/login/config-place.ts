import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { AccessError } from '../../http/access-error.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Where a cluster and its credentials are configured. */
export type ConfigPlace = InClusterPlace | KubeconfigPlace;

interface InClusterPlace {
  readonly kind: 'in-cluster';
  /** Path prefix of `/var/run/secrets/…`. Empty in a pod. */
  readonly rootPath: string;
  readonly tokenFile: string;
}

export interface KubeconfigPlace {
  readonly kind: 'kubeconfig';
  /** Kubeconfig files. The first occurrence of a name is used. */
  readonly paths: readonly string[];
  /** Default: the current context. */
  readonly context: string | undefined;
}

export interface PlaceOptions {
  /** A kubeconfig file. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** `true` requires the service account of the pod, `false` excludes it. */
  readonly inCluster?: boolean | undefined;
  /** Path prefix of the service account files, for tests. */
  readonly rootPath?: string | undefined;
}

/**
 * An explicit file or context, or `KUBECONFIG`, takes precedence even in a pod, because CI jobs run in one
 * cluster and read another. Otherwise a pod uses its service account.
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
    `no cluster is configured: no service account at ${tokenFile}, KUBECONFIG is not set, and ${home} cannot be read; set --kubeconfig, or --from to read files`,
  );
}

async function requireServiceAccount(place: InClusterPlace): Promise<ConfigPlace> {
  if (!(await isReadable(place.tokenFile))) {
    throw new AccessError(`no service account token is mounted at ${place.tokenFile}`);
  }
  for (const name of ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT']) {
    if ((process.env[name] ?? '') === '') {
      throw new AccessError(
        `found a service account at ${place.tokenFile}, but ${name} is not set`,
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
