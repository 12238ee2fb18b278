import { readFileSync, statSync } from 'node:fs';

import { parse } from 'yaml';
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
    const variable = environment[option.environment];
    const flag = flags.get(option.flag);
    if (flag !== undefined) {
      setAt(raw, option.path, readOptionTexts(option, flag));
      origins.set(option.path.join('.'), option.flag);
    } else if (variable !== undefined) {
      setAt(raw, option.path, readOptionTexts(option, splitVariable(option, variable)));
      origins.set(option.path.join('.'), option.environment);
    }
  }
  const result = Config.safeParse(raw);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => describeIssue(issue, origins, file));
  throw new ConfigError([...new Set(lines)].join('\n'));
}

/** Variables that look like options but are none. Kubernetes makes some for a Service of our name. */
export function findUnknownVariables(environment: ConfigInput['environment']): string[] {
  const known = new Set([`${ENVIRONMENT_PREFIX}CONFIG`, ...options.map((o) => o.environment)]);
  const ofServices = /^KUBESCAPE_PUSH_(?:SERVICE_|PORT(?:_|$)|TEST_)/;
  return Object.keys(environment).filter(
    (name) => name.startsWith(ENVIRONMENT_PREFIX) && !known.has(name) && !ofServices.test(name),
  );
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
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ConfigError(`configuration file ${path} cannot be read: ${reason}`);
  }
}

function setAt(target: RawObject, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const next = target[key];
  // Not written into the parsed file itself, whose aliases may share objects.
  const child: RawObject =
    typeof next === 'object' && next !== null && !Array.isArray(next) ? { ...next } : {};
  target[key] = child;
  setAt(child, rest, value);
}

function describeIssue(
  { path, message }: z.core.$ZodIssue,
  origins: ReadonlyMap<string, string>,
  file: string | undefined,
): string {
  const key = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  const name = key.join('').replace(/^\./, '') || 'configuration';
  const option = options.find((one) => startsWith(path, one));
  const origin = option && origins.get(option.path.join('.'));
  return `${origin ?? `${file ?? 'configuration'}: ${name}`}: ${message}`;
}

function startsWith(path: readonly PropertyKey[], option: Option): boolean {
  return option.path.every((part, index) => path[index] === part);
}
