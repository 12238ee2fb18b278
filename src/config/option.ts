import * as z from 'zod';

export type OptionGroup = 'source' | 'metrics' | 'delivery' | 'agent' | 'log';

/** Describes the command-line flag for a key of the configuration file. */
export interface OptionMeta {
  readonly group: OptionGroup;
  /** Flag with leading dashes. Default: derived from the key, `metrics.prefix` → `--metrics-prefix`. */
  readonly flag?: string;
  /** Name of the value in the help, such as `<path>`. */
  readonly placeholder: string;
}

/** Schemas that have a flag. Other keys exist only in the configuration file. */
export const optionRegistry = z.registry<OptionMeta>();
