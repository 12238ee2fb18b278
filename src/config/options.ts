import * as z from 'zod';

import { type OptionMeta, optionRegistry } from './option.ts';
import { Config } from './schema.ts';

/** How the text of a flag or environment variable is parsed. */
export type OptionKind = 'text' | 'number' | 'switch' | 'list' | 'pairs' | 'endpoints';

/** One option with its flag, environment variable and key. */
export interface Option extends OptionMeta {
  /** Parts of the key in the configuration file, such as `metrics.prefix`. */
  readonly path: readonly string[];
  /** Flag, such as `--metrics-prefix`. */
  readonly flag: string;
  /** Environment variable, such as `KUBESCAPE_PUSH_METRICS_PREFIX`. */
  readonly environment: string;
  readonly description: string;
  /** Default as written in the configuration file. Absent if there is no default or it is empty. */
  readonly defaultText: string | undefined;
  readonly kind: OptionKind;
}

export const ENVIRONMENT_PREFIX = 'KUBESCAPE_PUSH_';

/** All options, in schema order. */
export const options: readonly Option[] = [...findOptions(Config, [])];

function* findOptions(schema: z.core.$ZodType, path: readonly string[]): Generator<Option> {
  const meta = optionRegistry.get(schema);
  if (meta !== undefined) {
    yield toOption(schema, path, meta);
    return;
  }
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodObject)) return;
  for (const [key, child] of Object.entries<z.core.$ZodType>(inner.shape)) {
    yield* findOptions(child, [...path, key]);
  }
}

function toOption(schema: z.core.$ZodType, path: readonly string[], meta: OptionMeta): Option {
  const flag = meta.flag ?? `--${path.join('-').replaceAll('_', '-')}`;
  return {
    ...meta,
    path,
    flag,
    environment: ENVIRONMENT_PREFIX + flag.slice(2).replaceAll('-', '_').toUpperCase(),
    description: z.globalRegistry.get(schema)?.description ?? '',
    defaultText: defaultTextOf(schema),
    kind: kindOf(unwrap(schema)),
  };
}

export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  ) {
    return unwrap(schema.def.innerType);
  }
  return schema instanceof z.ZodPipe ? unwrap(schema.def.in) : schema;
}

function kindOf(schema: z.core.$ZodType): OptionKind {
  if (schema instanceof z.ZodArray) {
    return unwrap(schema.def.element) instanceof z.ZodObject ? 'endpoints' : 'list';
  }
  if (schema instanceof z.ZodRecord) return 'pairs';
  if (schema instanceof z.ZodBoolean) return 'switch';
  return schema instanceof z.ZodNumber ? 'number' : 'text';
}

/** Returns the default as written in the configuration file, with list items separated by commas. */
export function defaultTextOf(schema: z.core.$ZodType): string | undefined {
  if (!(schema instanceof z.ZodPrefault) && !(schema instanceof z.ZodDefault)) return undefined;
  const value: unknown = schema.def.defaultValue;
  const isEmptyBlock = typeof value === 'object' && !Array.isArray(value);
  const text = isEmptyBlock ? '' : [value].flat().map(String).join(', ');
  return text === '' ? undefined : text;
}
