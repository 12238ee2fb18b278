import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { options } from '../config/options.ts';
import { addOptions, readInput } from './options.ts';
import type { CommandInput } from './run/command-input.ts';

afterEach(() => vi.unstubAllEnvs());

describe('readInput', () => {
  it.each`
    what                       | argv                                                                    | flags
    ${'nothing'}               | ${[]}                                                                   | ${{}}
    ${'a text'}                | ${['--log-level', 'warn']}                                              | ${{ '--log-level': ['warn'] }}
    ${'a text after ='}        | ${['--log-level=warn']}                                                 | ${{ '--log-level': ['warn'] }}
    ${'an empty text'}         | ${['--metrics-prefix', '']}                                             | ${{ '--metrics-prefix': [''] }}
    ${'the last of two texts'} | ${['--log-level', 'warn', '--log-level', 'info']}                       | ${{ '--log-level': ['info'] }}
    ${'a list'}                | ${['--from', 'a', '--from', 'b,c']}                                     | ${{ '--from': ['a', 'b,c'] }}
    ${'standard input'}        | ${['--from', '-']}                                                      | ${{ '--from': ['-'] }}
    ${'pairs'}                 | ${['--pushgateway-grouping', 'a=1', '--pushgateway-grouping', 'b=2']}   | ${{ '--pushgateway-grouping': ['a=1', 'b=2'] }}
    ${'receivers'}             | ${['--remote-write-url', 'http://a', '--remote-write-url', 'http://b']} | ${{ '--remote-write-url': ['http://a', 'http://b'] }}
  `('returns $what keyed by its flag', ({ argv, flags }: FlagCase) => {
    expect(Object.fromEntries(parse(argv).flags)).toEqual(flags);
  });

  it.each`
    what                              | argv                      | variable     | file
    ${'the option'}                   | ${['--config', 'a.yaml']} | ${undefined} | ${'a.yaml'}
    ${'the variable'}                 | ${[]}                     | ${'b.yaml'}  | ${'b.yaml'}
    ${'the option over the variable'} | ${['--config', 'a.yaml']} | ${'b.yaml'}  | ${'a.yaml'}
    ${'neither'}                      | ${[]}                     | ${undefined} | ${undefined}
    ${'an empty variable'}            | ${[]}                     | ${''}        | ${undefined}
  `('takes the configuration file from $what', ({ argv, variable, file }: FileCase) => {
    vi.stubEnv('KUBESCAPE_PUSH_CONFIG', variable);

    expect(parse(argv).configFile).toBe(file);
  });

  it('reads whether to print the table', () => {
    expect(parse(['--table']).table).toBe(true);
    expect(parse([]).table).toBe(false);
  });

  it('rejects an option of a group that the command does not have', () => {
    expect(() => parse(['--remote-write-url', 'http://a'], ['source'])).toThrow(/unknown option/);
  });

  it.each(options.filter(({ placeholder }) => placeholder !== ''))('accepts $flag', ({ flag }) => {
    expect([...parse([flag, 'x']).flags]).toEqual([[flag, ['x']]]);
  });
});

interface FlagCase {
  readonly argv: readonly string[];
  readonly flags: Readonly<Record<string, readonly string[]>>;
}

interface FileCase {
  readonly argv: readonly string[];
  readonly variable: string | undefined;
  readonly file: string | undefined;
}

function parse(
  argv: readonly string[],
  groups: Parameters<typeof addOptions>[1] = [...new Set(options.map(({ group }) => group))],
): CommandInput {
  const command = addOptions(new Command(), groups).option('--table', 'the table');
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  command.parse(argv, { from: 'user' });
  return readInput(command);
}
