import * as z from 'zod';

export type OptionGroup = 'source' | 'metrics' | 'delivery' | 'agent' | 'log';

/** Describes the command-line flag for a key of the configuration file. */
export interface OptionMeta {
  readonly group: OptionGroup;
  /** With leading dashes. Default: derived from the key, `metrics.prefix` → `--metrics-prefix`. */
  readonly flag?: string;
  /** Value name in the help, such as `<path>`. */
  readonly placeholder: string;
}

/** Schemas that have a flag. Other keys exist only in the configuration file. */
export const optionRegistry = z.registry<OptionMeta>();
