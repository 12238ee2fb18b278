import type * as z from 'zod';

import { ConfigError } from './config-error.ts';
import { ConfigFile, type KeyPath, type RawObject } from './config-file.ts';
import { describeIssue, messageFor, quoteKey } from './describe-issue.ts';
import { findIgnoredKeys } from './ignored-keys.ts';
import { readOptionTexts, splitVariable } from './option-text.ts';
import { ENVIRONMENT_PREFIX, type Option, options } from './options.ts';
import { Config } from './schema.ts';
import { applySecretVariables, findVariables, secretVariablesOf } from './secret-variables.ts';
import { adviceFor } from './unknown-keys.ts';
import { convertUnquoted } from './unquoted-values.ts';

export interface ConfigInput {
  /** Values given on the command line, keyed by flag. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of the configuration file, if there is one. */
  readonly file: string | undefined;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Warnings about settings that have no effect. */
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration. A flag takes precedence over an environment variable, which takes precedence
 * over the file. A list replaces the list of a lower level.
 *
 * @throws {ConfigError} The message names every invalid key and where its value comes from.
 */
export function loadConfig(input: ConfigInput): LoadedConfig {
  const file = input.file === undefined ? undefined : new ConfigFile(input.file);
  const raw = file?.read() ?? {};
  const origins = applySecretVariables(raw, input.environment);
  for (const option of options) {
    const given = findTexts(option, input);
    if (given === undefined) continue;
    const where = { file: input.file, origin: given.origin };
    setAt(raw, option.path, { value: readOptionTexts(option, given.texts, given.origin), where });
    origins.set(option.path.join('.'), given.origin);
  }
  const known = new Set([...knownVariables, ...secretVariablesOf(raw)]);
  return {
    config: validate(raw, { file, origins }),
    warnings: [
      ...(file === undefined ? [] : findIgnoredKeys(raw, file)),
      ...findUnknownVariables(input.environment, known),
    ],
  };
}

interface Origins {
  readonly file: ConfigFile | undefined;
  /** The flag or variable that set a key. */
  readonly origins: ReadonlyMap<string, string>;
}

/** @throws {ConfigError} */
function validate(raw: RawObject, { file, origins }: Origins): Config {
  const first = Config.safeParse(raw, { error: messageFor });
  const isConverted =
    !first.success && file !== undefined && convertUnquoted(raw, first.error.issues, file);
  const result = isConverted ? Config.safeParse(raw, { error: messageFor }) : first;
  const lines = result.success
    ? []
    : result.error.issues.flatMap((issue) => describeLines(issue, raw, { file, origins }));
  if (file !== undefined) lines.push(...findVariables(raw, file));
  if (!result.success || lines.length > 0) throw new ConfigError([...new Set(lines)].join('\n'));
  return result.data;
}

/** Returns one line for each mistake, with its origin. */
function describeLines(issue: z.core.$ZodIssue, raw: RawObject, where: Origins): string[] {
  if (issue.code !== 'unrecognized_keys') {
    return [`${locate(issue.path, where)}${describeIssue(issue, raw)}`];
  }
  const block = nameOf(issue.path);
  return issue.keys.map((key) => {
    const origin = where.file?.locate([...issue.path, key]) ?? 'configuration';
    const text = `unknown key ${quoteKey(key)}${adviceFor(key, issue.path)}`;
    return [origin, block, text].filter((part) => part !== '').join(': ');
  });
}

/** An empty variable counts as unset, because templates often produce one. */
function findTexts(
  option: Option,
  { flags, environment }: Pick<ConfigInput, 'flags' | 'environment'>,
): { readonly texts: readonly string[]; readonly origin: string } | undefined {
  const flag = flags.get(option.flag);
  if (flag !== undefined) return { texts: flag, origin: option.flag };
  const variable = environment[option.environment];
  if (variable === undefined || variable === '') return undefined;
  return { texts: splitVariable(option, variable), origin: option.environment };
}

const knownVariables = [`${ENVIRONMENT_PREFIX}CONFIG`, ...options.map((o) => o.environment)];

/** Excludes the variables that Kubernetes creates for a Service named `kubescape-push`. */
function findUnknownVariables(
  environment: ConfigInput['environment'],
  known: ReadonlySet<string>,
): string[] {
  const serviceVariable = /^KUBESCAPE_PUSH_(?:SERVICE_|PORT(?:_|$)|TEST_)/;
  return Object.keys(environment)
    .filter(
      (name) =>
        name.startsWith(ENVIRONMENT_PREFIX) && !known.has(name) && !serviceVariable.test(name),
    )
    .map((name) => `ignored unknown environment variable ${name}`);
}

interface Setting {
  readonly value: unknown;
  readonly where: { readonly file: string | undefined; readonly origin: string };
}

/** @throws {ConfigError} A parent key of the path is not a block. */
function setAt(target: RawObject, path: readonly string[], { value, where }: Setting): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const next = target[key] ?? {};
  if (typeof next !== 'object' || Array.isArray(next)) {
    throw new ConfigError(
      `${where.file ?? where.origin}: ${key}: must be a block of keys and values`,
    );
  }
  // Copies the block, because YAML aliases may share it.
  const child: RawObject = { ...next };
  target[key] = child;
  setAt(child, rest, { value, where });
}

/** Returns the flag or variable that set the value, or else its position and key in the file. */
function locate(path: KeyPath, { file, origins }: Origins): string {
  const keys = path.map(String);
  for (let length = keys.length; length > 0; length--) {
    const origin = origins.get(keys.slice(0, length).join('.'));
    if (origin !== undefined) return `${origin}: `;
  }
  const parts = [file?.locate(path) ?? 'configuration', nameOf(path)];
  return parts.map((part) => (part === '' ? '' : `${part}: `)).join('');
}

/** Returns a name such as `remote_write[0].url`. */
function nameOf(path: KeyPath): string {
  const keys = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return keys.join('').replace(/^\./, '');
}
