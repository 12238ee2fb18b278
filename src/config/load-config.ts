import { readFileSync, statSync } from 'node:fs';

import { parse, YAMLParseError } from 'yaml';
import type * as z from 'zod';

import { ConfigError } from './config-error.ts';
import { describeIssue, messageFor } from './describe-issue.ts';
import { readOptionTexts, splitVariable } from './option-text.ts';
import { ENVIRONMENT_PREFIX, type Option, options } from './options.ts';
import { Config } from './schema.ts';

export interface ConfigInput {
  /** Texts given on the command line, by flag. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of the configuration file, if there is one. */
  readonly file: string | undefined;
}

const MAX_FILE_BYTES = 4 * 2 ** 20;

type RawObject = Record<string, unknown>;

/**
 * Reads the configuration. A flag takes precedence over an environment variable, which takes precedence
 * over the file. A list replaces the list of a lower level.
 *
 * @throws {ConfigError} Names every invalid key and where its value comes from.
 */
export function loadConfig({ flags, environment, file }: ConfigInput): Config {
  const raw = file === undefined ? {} : readConfigFile(file);
  const origins = new Map<string, string>();
  for (const option of options) {
    const given = findTexts(option, { flags, environment });
    if (given === undefined) continue;
    const where = { file, origin: given.origin };
    setAt(raw, option.path, { value: readOptionTexts(option, given.texts, given.origin), where });
    origins.set(option.path.join('.'), given.origin);
  }
  const result = Config.safeParse(raw, { error: messageFor });
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    (issue) => `${locate(issue, origins, file)}: ${describeIssue(issue, raw)}`,
  );
  throw new ConfigError([...new Set(lines)].join('\n'));
}

/** An empty variable counts as unset, because templates often produce one. */
function findTexts(
  option: Option,
  { flags, environment }: Pick<ConfigInput, 'flags' | 'environment'>,
): { readonly texts: readonly string[]; readonly origin: string } | undefined {
  const flag = flags.get(option.flag);
  if (flag !== undefined) return { texts: flag, origin: option.flag };
  const variable = environment[option.environment];
  if (variable === undefined || (variable === '' && !canBeEmpty(option))) return undefined;
  return { texts: splitVariable(option, variable), origin: option.environment };
}

/** Excludes the variables that Kubernetes creates for a Service named `kubescape-push`. */
export function findUnknownVariables(environment: ConfigInput['environment']): string[] {
  const known = new Set([`${ENVIRONMENT_PREFIX}CONFIG`, ...options.map((o) => o.environment)]);
  const serviceVariable = /^KUBESCAPE_PUSH_(?:SERVICE_|PORT(?:_|$)|TEST_)/;
  return Object.keys(environment).filter(
    (name) =>
      name.startsWith(ENVIRONMENT_PREFIX) && !known.has(name) && !serviceVariable.test(name),
  );
}

/** An empty list is a valid value, and so is an empty prefix. */
function canBeEmpty({ kind, path }: Option): boolean {
  const isOne = kind === 'text' || kind === 'number' || kind === 'switch';
  return !isOne || path.join('.') === 'metrics.prefix';
}

function readConfigFile(path: string): RawObject {
  const value = parseConfigFile(path);
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return { ...value };
  throw new ConfigError(`configuration file ${path} must contain keys and values`);
}

function parseConfigFile(path: string): unknown {
  try {
    if (statSync(path).size > MAX_FILE_BYTES) throw new Error('it is larger than 4 MiB');
    return parse(readFileSync(path, 'utf8'), { maxAliasCount: 100, logLevel: 'error' });
  } catch (error) {
    throw new ConfigError(`cannot read configuration file ${path}: ${reasonOf(error)}`);
  }
}

/** Gives only the position, because the parser's message quotes the text, which may be a secret. */
function reasonOf(error: unknown): string {
  if (error instanceof YAMLParseError) {
    const { line = 0, col = 0 } = error.linePos?.[0] ?? {};
    return `invalid YAML at line ${line}, column ${col} (${error.code})`;
  }
  if (error instanceof ReferenceError) {
    return error.message.startsWith('Excessive')
      ? 'its YAML aliases expand to too many values'
      : 'a YAML alias (*name) has no anchor; put a text that starts with * in quotes';
  }
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line;
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
  // A copy, because YAML aliases may share the object.
  const child: RawObject = { ...next };
  target[key] = child;
  setAt(child, rest, { value, where });
}

/** The flag or variable that set the value, or else its key in the file. */
function locate(
  { path }: z.core.$ZodIssue,
  origins: ReadonlyMap<string, string>,
  file: string | undefined,
): string {
  const option = options.find((one) => startsWith(path, one));
  const origin = option && origins.get(option.path.join('.'));
  if (origin !== undefined) return origin;
  const keys = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  const name = keys.join('').replace(/^\./, '');
  return [file ?? 'configuration', name].filter((part) => part !== '').join(': ');
}

function startsWith(path: readonly PropertyKey[], option: Option): boolean {
  return option.path.every((part, index) => path[index] === part);
}
