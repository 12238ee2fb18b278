import * as z from 'zod';

export type OptionGroup = 'source' | 'metrics' | 'delivery' | 'agent' | 'log';

/** How a key of the configuration file is said on the command line. */
export interface OptionMeta {
  readonly group: OptionGroup;
  /** With its dashes; by default the path of the key, `metrics.prefix` → `--metrics-prefix`. */
  readonly flag?: string;
  /** What the help shows for the value. */
  readonly placeholder: string;
}

/** Marks the schemas that are options. Keys without a mark exist in the configuration file only. */
export const optionRegistry = z.registry<OptionMeta>();
