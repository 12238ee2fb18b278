import { Command, CommanderError } from 'commander';

import type { OptionGroup } from '../config/option.ts';
import { version } from '../version.ts';
import type { HealthInput } from './commands/health.ts';
import type { CommandInput } from './run/command-input.ts';
import { type ExitCode, exitCodes } from './run/exit-codes.ts';

/** A command. Its code is loaded only when it runs. */
interface CommandSpec {
  /** One or two words, such as `pushgateway delete`. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly groups: readonly OptionGroup[];
  /** Pattern for the flags of the groups that the command accepts. Default: all. */
  readonly flags?: RegExp;
  /** The required argument. */
  readonly argument?: { readonly name: string; readonly description: string };
  /** Flags of this command only, with their descriptions. */
  readonly switches?: Readonly<Record<string, string>>;
  readonly load: () => Promise<(input: CommandInput) => Promise<ExitCode>>;
}

/** For commands that do not read and send exactly once, so that a deadline makes no sense. */
const allButDeadline = /^--(?!deadline$)/;

const commands: readonly CommandSpec[] = [
  {
    name: 'push',
    summary: 'Read scan results once and push them.',
    description:
      'Reads scan results, converts them to time series, pushes them to every configured receiver, and exits. Without a receiver, prints Prometheus text format.',
    groups: ['source', 'metrics', 'delivery', 'log'],
    switches: { '--table': 'Also print the table of `show` on stderr.' },
    load: async () => (await import('./commands/push.ts')).push,
  },
  {
    name: 'agent',
    summary: 'Keep running, and push on schedule and on changes.',
    description:
      'Keeps running: pushes scan results on a schedule and when they change, and resends the last values in between. SIGHUP reloads the configuration file. SIGTERM stops the agent.',
    groups: ['source', 'metrics', 'delivery', 'agent', 'log'],
    flags: allButDeadline,
    load: async () => (await import('./commands/agent.ts')).agent,
  },
  {
    name: 'render',
    summary: 'Print metrics in Prometheus text format.',
    description: 'Reads scan results and prints them in Prometheus text format. Sends nothing.',
    groups: ['source', 'metrics', 'log'],
    load: async () => (await import('./commands/render.ts')).render,
  },
  {
    name: 'show',
    summary: 'Print a summary table.',
    description: 'Reads scan results and prints a table of images by severity, with totals.',
    groups: ['source', 'log'],
    load: async () => (await import('./commands/show.ts')).show,
  },
  {
    name: 'export',
    summary: 'Save the scan results of a cluster to a folder.',
    description:
      'Saves to a folder the scan results that the configured metrics need, with a manifest that shows whether they are complete. To push them from another place, use --from.',
    argument: { name: 'dir', description: 'An empty folder, or the folder of an earlier export.' },
    groups: ['source', 'metrics', 'log'],
    flags: /^--(?!deadline$|from$|shard|wait-)/,
    load: async () => (await import('./commands/export.ts')).exportResults,
  },
  {
    name: 'check',
    summary: 'Check everything a push needs.',
    description:
      'Checks the configuration, the source and every receiver, and gives advice for each problem. Writes one test series.',
    groups: ['source', 'delivery', 'log'],
    flags: allButDeadline,
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'pushgateway delete',
    summary: 'Delete the series of a cluster.',
    description:
      'Deletes the series of a cluster from a Pushgateway, which otherwise keeps them indefinitely. Pass the same --cluster, job and grouping as for the push. --shards <count> deletes the groups of all shards, --shard <index> the group of one.',
    groups: ['source', 'delivery', 'log'],
    flags:
      /^--(?:cluster|shards?|retry-budget|log-.+|pushgateway-(?!method$|compression$|(?:warn|max)-series$).+)$/,
    switches: { '--dry-run': 'List what would be deleted, but delete nothing.' },
    load: async () => (await import('./commands/pushgateway-delete.ts')).pushgatewayDelete,
  },
];

/** Commands that only group other commands. */
const parents: Readonly<Record<string, Pick<CommandSpec, 'summary' | 'description'>>> = {
  pushgateway: {
    summary: 'Manage the series in a Pushgateway.',
    description: 'Manages the series that earlier pushes left in a Pushgateway.',
  },
};

const exitCodeHelp = `
Exit codes:
  0    everything was read and delivered
  1    unexpected error
  2    invalid command line or configuration
  3    scan results could not be read completely
  4    no receiver accepted anything
  5    incomplete: a report was skipped, or not everything was accepted
  130  interrupted
`;

const environmentHelp = `
Each flag is also an environment variable with the prefix KUBESCAPE_PUSH_, such
as KUBESCAPE_PUSH_LOG_LEVEL for --log-level. Flags take precedence over
variables, and variables over the configuration file.
`;

/** Adds the command `health`. Probes run it every few seconds, so it does not load the configuration schema. */
function addHealth(program: Command, done: (exitCode: ExitCode) => void): void {
  program
    .command('health')
    .summary('Check a running agent, for probes.')
    .description(
      'Reads the heartbeat file of a running agent. Exits with 0 if the agent is alive and ready, otherwise with 1.',
    )
    .option(
      '--heartbeat-file <path>',
      'Heartbeat file of the agent. (default: KUBESCAPE_PUSH_HEARTBEAT_FILE)',
    )
    .option('--liveness', 'Check only whether the agent is alive.')
    .option('--readiness', 'Check only whether its scan results are fresh.')
    .usage('[options]')
    .exitOverride()
    .action(async (given: Partial<HealthInput>) => {
      const { health } = await import('./commands/health.ts');
      const { heartbeatFile, liveness = false, readiness = false } = given;
      done(await health({ heartbeatFile, liveness, readiness }));
    });
}

/** Runs the command line and returns the exit code. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  // A reader may close the pipe early. Writers handle the error in their own callbacks.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  const program = createProgram();
  for (const spec of commands) {
    const command = addCommand(program, spec);
    const { argument } = spec;
    if (argument !== undefined) command.argument(`<${argument.name}>`, argument.description);
    command
      .usage(argument === undefined ? '[options]' : `[options] <${argument.name}>`)
      .exitOverride()
      .action(async () => {
        const { readInput } = await import('./options.ts');
        const action = await spec.load();
        exitCode = await action(readInput(command));
      });
    // Loading the schema takes as long as everything else, so only the chosen command does it.
    if (spec.name.split(' ').every((name) => argv.includes(name))) {
      (await import('./options.ts')).addOptions(command, spec.groups, spec.flags);
    }
    for (const [flag, what] of Object.entries(spec.switches ?? {})) command.option(flag, what);
    command.addHelpText('after', environmentHelp);
  }
  addHealth(program, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander also throws after printing help or the version.
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
}

function createProgram(): Command {
  return (
    new Command('kubescape-push')
      .description(
        'Pushes Kubescape scan results as Prometheus time series. Never opens a listening socket.',
      )
      .version(version, '--version', 'Print the version.')
      .helpOption('-h, --help', 'Print this help.')
      .helpCommand(false)
      .addHelpText('after', exitCodeHelp)
      // The longest flag leaves less than commander's minimum of 40 columns.
      .configureHelp({ minWidthToWrap: 20, subcommandTerm: (command) => command.name() })
      .exitOverride()
  );
}

function addCommand(program: Command, { name, summary, description }: CommandSpec): Command {
  const [first = '', second] = name.split(' ');
  const command =
    second === undefined ? program.command(first) : findParent(program, first).command(second);
  return command.summary(summary).description(description);
}

function findParent(program: Command, name: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  const { summary = '', description = '' } = parents[name] ?? {};
  return (
    known ?? program.command(name).summary(summary).description(description).helpCommand(false)
  );
}
