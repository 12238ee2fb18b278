import { type ConfigFile, isObject, type RawObject } from './config-file.ts';

const PREFIX = 'KUBESCAPE_PUSH_REMOTE_WRITE_';

/** Secrets of a receiver that an environment variable can contain, keyed by the end of its name. */
const secrets = {
  PASSWORD: ['basic_auth', 'password'],
  CREDENTIALS: ['authorization', 'credentials'],
  CLIENT_SECRET: ['oauth2', 'client_secret'],
  SECRET_KEY: ['sigv4', 'secret_key'],
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Sets the secrets of named receivers from the environment: `KUBESCAPE_PUSH_REMOTE_WRITE_MIMIR_PASSWORD` is the
 * password of the receiver `mimir`. Returns the variable of each key that was set.
 */
export function applySecretVariables(
  raw: RawObject,
  environment: Environment,
): Map<string, string> {
  const origins = new Map<string, string>();
  for (const [index, receiver] of receiversOf(raw)) {
    for (const [suffix, [block, key]] of Object.entries(secrets)) {
      const variable = variableOf(receiver, suffix);
      const text = variable === undefined ? undefined : environment[variable];
      if (variable === undefined || text === undefined || text === '') continue;
      const { [`${key}_file`]: _, ...rest } = isObject(receiver[block]) ? receiver[block] : {};
      receiver[block] = { ...rest, [key]: text };
      origins.set(`remote_write.${index}.${block}.${key}`, variable);
    }
  }
  return origins;
}

/** Returns the names of all variables that can set secrets of the configured receivers. */
export function secretVariablesOf(raw: RawObject): string[] {
  return receiversOf(raw).flatMap(([, receiver]) =>
    Object.keys(secrets).flatMap((suffix) => variableOf(receiver, suffix) ?? []),
  );
}

/** Matches `${NAME}`, `$(NAME)` or `$NAME`, which some programs replace, but this one sends unchanged. */
const VARIABLE = /\$\{\w+\}|\$\(\w+\)|^\$[A-Z_][A-Z0-9_]*$/;

/** Blocks whose values are secrets, or contain some. */
const secretBlocks = ['basic_auth', 'authorization', 'oauth2', 'sigv4', 'azuread'];
const secretKeys = new Set(['password', 'credentials', 'client_secret', 'secret_key']);

/** Reports each secret that is written as a variable, because the literal text would be sent. */
export function* findVariables(raw: RawObject, file: ConfigFile): Generator<string> {
  for (const [index, receiver] of receiversOf(raw)) {
    const found = [
      ...secretBlocks.flatMap((block) => findIn(receiver, [block])),
      ...findIn(receiver, ['headers']),
      ...findIn(receiver, ['url']),
      ...findIn(receiver, ['bearer_token']),
    ];
    for (const { path, variable } of found) {
      const where = file.locate(['remote_write', index, ...path]);
      const key = `remote_write[${index}].${path.join('.')}`;
      yield `${where}: ${key}: ${JSON.stringify(variable)} is not replaced; ${alternatives(receiver, path)}`;
    }
  }
}

interface Found {
  readonly path: readonly string[];
  readonly variable: string;
}

function findIn(receiver: RawObject, path: readonly string[]): Found[] {
  const value = path.reduce<unknown>(
    (block, key) => (isObject(block) ? block[key] : undefined),
    receiver,
  );
  if (isObject(value)) return Object.keys(value).flatMap((key) => findIn(receiver, [...path, key]));
  const variable = typeof value === 'string' ? VARIABLE.exec(value)?.[0] : undefined;
  return variable === undefined ? [] : [{ path, variable }];
}

function alternatives(receiver: RawObject, path: readonly string[]): string {
  const key = path.at(-1) ?? '';
  if (path[0] === 'headers') return 'use http_headers with files, which are read for each push';
  if (path[0] === 'bearer_token') return 'use bearer_token_file';
  if (!secretKeys.has(key)) return 'write the value itself';
  const [suffix] = Object.entries(secrets).find(([, keys]) => keys.join() === path.join()) ?? [];
  if (suffix === undefined) return `use ${key}_file`;
  const variable = variableOf(receiver, suffix) ?? `${PREFIX}<NAME>_${suffix}`;
  const named = typeof receiver['name'] === 'string' ? '' : 'give the receiver a name and ';
  return `use ${key}_file, or ${named}set the environment variable ${variable}`;
}

function variableOf(receiver: RawObject, suffix: string): string | undefined {
  const { name } = receiver;
  if (typeof name !== 'string') return undefined;
  return `${PREFIX}${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_${suffix}`;
}

/** Returns the receivers that are blocks, with their index in the list. */
function receiversOf(raw: RawObject): [index: number, receiver: RawObject][] {
  const receivers: unknown = raw['remote_write'];
  if (!Array.isArray(receivers)) return [];
  return receivers.flatMap((one: unknown, index) => (isObject(one) ? [[index, one]] : []));
}
