import { stat } from 'node:fs/promises';

import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';

import { AccessError } from '../../http/access-error.ts';
import type { ConfigPlace, KubeconfigPlace } from './config-place.ts';
import { type KubeconfigFile, readKubeconfigFile, type UserExtras } from './kubeconfig-file.ts';

const MAX_NAMED_CONTEXTS = 10;

/** A configured cluster and identity. */
export interface Target {
  /** Where the target is configured, for messages. */
  readonly origin: string;
  /** Name of the context in the kubeconfig. */
  readonly context: string | undefined;
  readonly cluster: Cluster;
  readonly user: User;
  readonly extras: UserExtras;
}

/**
 * Selects the context, cluster and user. `mergeConfig` of @kubernetes/client-node 1.4.0 rejects names that occur
 * in two files of `KUBECONFIG`, where kubectl uses the first, and lets the last file set the current context.
 *
 * @throws {AccessError} The configuration cannot be read, or is incomplete.
 */
export async function loadTarget(place: ConfigPlace, newConfig: () => KubeConfig): Promise<Target> {
  return place.kind === 'in-cluster'
    ? loadInCluster(place, newConfig())
    : loadContext(place, newConfig);
}

function loadInCluster(
  { rootPath, tokenFile }: Extract<ConfigPlace, { kind: 'in-cluster' }>,
  config: KubeConfig,
): Target {
  config.loadFromCluster(rootPath);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new AccessError('the service account does not name a cluster');
  return {
    origin: 'in-cluster service account',
    context: undefined,
    cluster,
    // The library's own user would send the token with its trailing line break, and notice a new token
    // a minute late.
    user: { name: 'service account' },
    extras: { tokenFile, impersonatedGroups: [], command: undefined },
  };
}

async function loadContext(place: KubeconfigPlace, newConfig: () => KubeConfig): Promise<Target> {
  const files = await readFiles(place.paths, newConfig);
  const where = `kubeconfig ${files.map(({ path }) => path).join(', ')}`;
  const name = place.context ?? files.map((file) => file.currentContext).find(Boolean);
  if (name === undefined) {
    throw new AccessError(`${where} has no current context; ${nameContexts(files)}`);
  }
  const context = find(files, 'contexts', name);
  if (context === undefined) {
    throw new AccessError(`${where} has no context "${name}"; ${nameContexts(files)}`);
  }
  const cluster = find(files, 'clusters', context.cluster);
  if (cluster === undefined) {
    throw new AccessError(
      `${where}: context "${name}" is for cluster "${context.cluster}", which is missing or has no server`,
    );
  }
  return {
    origin: `${where}, context "${name}"`,
    context: name,
    cluster,
    ...findUser(files, context),
  };
}

/** Skips missing files, like kubectl, unless all are missing. */
async function readFiles(
  paths: readonly string[],
  newConfig: () => KubeConfig,
): Promise<KubeconfigFile[]> {
  const exist = await Promise.all(paths.map(async (path) => exists(path)));
  const present = paths.filter((_, index) => exist[index]);
  const chosen = present.length === 0 ? paths.slice(0, 1) : present;
  return Promise.all(chosen.map(async (path) => readKubeconfigFile(path, newConfig)));
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

function findUser(
  files: readonly KubeconfigFile[],
  context: { readonly name: string; readonly user: string | undefined },
): Pick<Target, 'user' | 'extras'> {
  const none = { tokenFile: undefined, impersonatedGroups: [], command: undefined };
  // The library ignores the CA of a context without a user, so a user is always set.
  if (context.user === undefined) return { user: { name: 'nobody' }, extras: none };
  const name = context.user;
  const file = files.find(({ users }) => users.some((user) => user.name === name));
  const user = file?.users.find((candidate) => candidate.name === name);
  if (user === undefined) {
    throw new AccessError(`context "${context.name}" is for user "${name}", which is missing`);
  }
  return { user, extras: file?.extras.get(name) ?? none };
}

function find<Kind extends 'contexts' | 'clusters'>(
  files: readonly KubeconfigFile[],
  kind: Kind,
  name: string,
): KubeconfigFile[Kind][number] | undefined {
  return files
    .flatMap((file): readonly KubeconfigFile[Kind][number][] => file[kind])
    .find((entry) => entry.name === name);
}

function nameContexts(files: readonly KubeconfigFile[]): string {
  const names = [...new Set(files.flatMap(({ contexts }) => contexts.map(({ name }) => name)))];
  if (names.length === 0) return 'it contains no contexts';
  const shown = names.slice(0, MAX_NAMED_CONTEXTS).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  return `it contains ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
