import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep } from 'node:path';

import type { Cluster, Context, KubeConfig, User } from '@kubernetes/client-node';
import { parseDocument } from 'yaml';
import * as z from 'zod';

import { AccessError } from '../../http/access-error.ts';
import { describeErrorCode } from '../../http/error-code.ts';

const RawUser = z.object({
  name: z.string(),
  user: z.object({
    tokenFile: z.string().optional(),
    'as-groups': z.array(z.string()).default([]),
    exec: z.object({ command: z.string() }).optional().catch(undefined),
  }),
});
const RawKubeconfig = z.object({ users: z.array(z.unknown()).nullish() });

/** User fields that @kubernetes/client-node 1.4.0 does not read. */
export interface UserExtras {
  readonly tokenFile: string | undefined;
  readonly impersonatedGroups: readonly string[];
  /** A path relative to the kubeconfig is already made absolute. */
  readonly command: string | undefined;
}

export interface KubeconfigFile {
  readonly path: string;
  readonly currentContext: string | undefined;
  readonly contexts: readonly Context[];
  readonly clusters: readonly Cluster[];
  readonly users: readonly User[];
  readonly extras: ReadonlyMap<string, UserExtras>;
}

/**
 * Reads one file. Parses the YAML first, because the library's error quotes the file instead of naming the line.
 *
 * @throws {AccessError} The file cannot be read, or is not a kubeconfig. The message quotes nothing from the
 *   file, because the file contains secrets.
 */
export async function readKubeconfigFile(
  path: string,
  newConfig: () => KubeConfig,
): Promise<KubeconfigFile> {
  const text = await readText(path);
  const raw = RawKubeconfig.safeParse(parseYaml(text, path));
  if (!raw.success) throw new AccessError(`${path} is not a kubeconfig`);
  const config = newConfig();
  try {
    // An invalid entry must not prevent using another context.
    config.loadFromString(text, { onInvalidEntry: 'filter' });
    config.makePathsAbsolute(dirname(path));
  } catch {
    throw new AccessError(`${path} is not a kubeconfig`);
  }
  const currentContext: unknown = config.getCurrentContext();
  return {
    path,
    currentContext: typeof currentContext === 'string' ? currentContext : undefined,
    contexts: config.getContexts(),
    clusters: config.getClusters(),
    users: config.getUsers(),
    extras: new Map(readExtras(raw.data.users ?? [], dirname(path))),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new AccessError(`cannot read the kubeconfig ${path}${describeErrorCode(error)}`);
  }
}

function parseYaml(text: string, path: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split('\n').length;
    throw new AccessError(
      `${path} is not a kubeconfig: invalid YAML at line ${line} (${error.code})`,
    );
  }
  try {
    return document.toJS();
  } catch {
    throw new AccessError(`${path} is not a kubeconfig: its YAML has too many aliases`);
  }
}

function* readExtras(
  users: readonly unknown[],
  directory: string,
): Generator<readonly [string, UserExtras]> {
  for (const entry of users) {
    const { data } = RawUser.safeParse(entry);
    if (data === undefined) continue;
    const { tokenFile, exec } = data.user;
    yield [
      data.name,
      {
        tokenFile: tokenFile === undefined ? undefined : toAbsolute(tokenFile, directory),
        impersonatedGroups: data.user['as-groups'],
        command: exec?.command.includes(sep) ? toAbsolute(exec.command, directory) : exec?.command,
      },
    ];
  }
}

function toAbsolute(path: string, directory: string): string {
  return isAbsolute(path) ? path : join(directory, path);
}
