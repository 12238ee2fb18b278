import { readFileSync, statSync } from 'node:fs';

import { parse, YAMLParseError } from 'yaml';
import type * as z from 'zod';

import { ConfigError } from './config-error.ts';
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

/** Nobody writes a longer configuration by hand. */
const MAX_FILE_BYTES = 4 * 2 ** 20;

type RawObject = Record<string, unknown>;

/**
 * Reads the configuration: a flag goes before a variable, a variable before the file, the file
 * before the default. A list given in one place replaces the list of a lower one.
 *
 * @throws {ConfigError} Naming every key that is wrong, and where it was set.
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
  const result = Config.safeParse(raw);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => describeIssue(issue, origins, file));
  throw new ConfigError([...new Set(lines)].join('\n'));
}

/** What a flag or a variable says. An empty variable says nothing: templates leave them behind. */
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

/** Variables that look like options but are none. Kubernetes makes some for a Service of our name. */
export function findUnknownVariables(environment: ConfigInput['environment']): string[] {
  const known = new Set([`${ENVIRONMENT_PREFIX}CONFIG`, ...options.map((o) => o.environment)]);
  const ofServices = /^KUBESCAPE_PUSH_(?:SERVICE_|PORT(?:_|$)|TEST_)/;
  return Object.keys(environment).filter(
    (name) => name.startsWith(ENVIRONMENT_PREFIX) && !known.has(name) && !ofServices.test(name),
  );
}

/** No elements, or no prefix. */
function canBeEmpty({ kind, path }: Option): boolean {
  const isOne = kind === 'text' || kind === 'number' || kind === 'switch';
  return !isOne || path.join('.') === 'metrics.prefix';
}

function readConfigFile(path: string): RawObject {
  const value = parseConfigFile(path);
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return { ...value };
  throw new ConfigError(`${path}: expected keys and values, found something else`);
}

function parseConfigFile(path: string): unknown {
  try {
    if (statSync(path).size > MAX_FILE_BYTES) throw new Error('larger than 4 MiB');
    return parse(readFileSync(path, 'utf8'), { maxAliasCount: 100, logLevel: 'error' });
  } catch (error) {
    throw new ConfigError(`configuration file ${path} cannot be read: ${reasonOf(error)}`);
  }
}

/** The parser quotes what it stumbled over, and that may be a secret: only the place is told. */
function reasonOf(error: unknown): string {
  if (error instanceof YAMLParseError) {
    const { line = 0, col = 0 } = error.linePos?.[0] ?? {};
    return `it is no valid YAML at line ${line}, column ${col} (${error.code})`;
  }
  if (error instanceof ReferenceError) {
    return error.message.startsWith('Excessive')
      ? 'its aliases multiply beyond what is read'
      : 'an alias (*name) has no anchor; is a * in need of quotes?';
  }
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line;
}

interface Setting {
  readonly value: unknown;
  readonly where: { readonly file: string | undefined; readonly origin: string };
}

/** @throws {ConfigError} The file has something else where a block with this key should be. */
function setAt(target: RawObject, path: readonly string[], { value, where }: Setting): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const next = target[key] ?? {};
  if (typeof next !== 'object' || Array.isArray(next)) {
    throw new ConfigError(`${where.file ?? where.origin}: ${key}: expected keys and values`);
  }
  // Not written into the parsed file itself, whose aliases may share objects.
  const child: RawObject = { ...next };
  target[key] = child;
  setAt(child, rest, { value, where });
}

function describeIssue(
  issue: z.core.$ZodIssue,
  origins: ReadonlyMap<string, string>,
  file: string | undefined,
): string {
  const { path } = issue;
  const message = issue.code === 'unrecognized_keys' ? withoutUrls(issue.message) : issue.message;
  const key = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  const name = key.join('').replace(/^\./, '') || 'configuration';
  const option = options.find((one) => startsWith(path, one));
  const origin = option && origins.get(option.path.join('.'));
  return `${origin ?? `${file ?? 'configuration'}: ${name}`}: ${message}`;
}

/** A key that nobody knows is named, but one that is a URL may hold a password. */
function withoutUrls(message: string): string {
  return message.replaceAll(/[a-z][a-z0-9+.-]*:\/\/[^"\s]*/gi, '[a URL]');
}

function startsWith(path: readonly PropertyKey[], option: Option): boolean {
  return option.path.every((part, index) => path[index] === part);
}
