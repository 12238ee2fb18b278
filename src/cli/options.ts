import { type Command, Option } from 'commander';

import type { OptionGroup } from '../config/option.ts';
import { type Option as ConfigOption, options } from '../config/options.ts';
import type { CommandInput } from './run/command-input.ts';

const groupTitles: Readonly<Record<OptionGroup, string>> = {
  source: 'Source:',
  metrics: 'Metrics:',
  delivery: 'Delivery:',
  agent: 'Agent:',
  log: 'Log:',
};

/** Adds the configuration options of the groups to a command. */
export function addOptions(
  command: Command,
  groups: readonly OptionGroup[],
  flags: RegExp = /^/,
): Command {
  command.option('--config <path>', 'YAML configuration file.');
  for (const group of groups) {
    command.optionsGroup(groupTitles[group]);
    for (const option of options.filter((one) => one.group === group && flags.test(one.flag))) {
      command.addOption(toCommanderOption(option));
    }
  }
  return command.optionsGroup('Options:');
}

/** Reads the options on the command line. Others come from the environment or the configuration file. */
export function readInput(command: Command): CommandInput {
  const given = new Map<string, unknown>(Object.entries(command.opts<Record<string, unknown>>()));
  const flags = new Map<string, readonly string[]>();
  for (const { flag } of options) {
    const texts = given.get(flag);
    if (Array.isArray(texts)) flags.set(flag, texts.map(String));
    else if (texts === true) flags.set(flag, ['true']);
  }
  const config = given.get('config');
  return {
    flags,
    configFile: typeof config === 'string' ? config : configFileVariable(),
    table: given.get('table') === true,
    dryRun: given.get('dryRun') === true,
    argument: command.args[0],
  };
}

/** An empty variable counts as unset. */
function configFileVariable(): string | undefined {
  const path = process.env['KUBESCAPE_PUSH_CONFIG'];
  return path === '' ? undefined : path;
}

function toCommanderOption(configOption: ConfigOption): Option {
  const { flag, placeholder, description, defaultText, kind } = configOption;
  const isRepeatable = kind === 'list' || kind === 'pairs' || kind === 'endpoints';
  const repeatable = isRepeatable ? ' Repeatable.' : '';
  const defaultValue =
    defaultText === undefined || kind === 'switch' ? '' : ` (default: ${defaultText})`;
  const text = `${description}${repeatable}${defaultValue}`;
  const option = new Option(`${flag} ${placeholder}`.trimEnd(), text);
  // Commander would otherwise derive a camel-case name from the flag.
  option.attributeName = () => flag;
  if (kind === 'switch') return option;
  return option.argParser((value: string, before: unknown) =>
    isRepeatable && Array.isArray(before) ? [...before.map(String), value] : [value],
  );
}
