import { Command, CommanderError } from 'commander';

import type { OptionGroup } from '../config/option.ts';
import { version } from '../version.ts';
import type { HealthInput } from './commands/health.ts';
import type { CommandInput } from './run/command-input.ts';
import { type ExitCode, exitCodes } from './run/exit-codes.ts';

/** A command of the program; its work is loaded only when it is called. */
interface CommandSpec {
  /** Of a command below another, both: `pushgateway delete`. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly groups: readonly OptionGroup[];
  /** Which flags of the groups it takes, if not all. */
  readonly flags?: RegExp;
  /** Switches that only this command has, with what they do. */
  readonly switches?: Readonly<Record<string, string>>;
  readonly load: () => Promise<(input: CommandInput) => Promise<ExitCode>>;
}

/** It is the limit of one run that reads and sends. */
const allButDeadline = /^--(?!deadline$)/;

const commands: readonly CommandSpec[] = [
  {
    name: 'push',
    summary: 'read scan results once and push them',
    description:
      'Reads scan results, turns them into time series and pushes them to every configured receiver, then exits. Without a receiver, prints the exposition text.',
    groups: ['source', 'metrics', 'delivery', 'log'],
    switches: { '--table': 'also print the table of `show` on stderr' },
    load: async () => (await import('./commands/push.ts')).push,
  },
  {
    name: 'agent',
    summary: 'stay: read on schedule and on changes, and push',
    description:
      'Stays: reads scan results on a schedule and when they have changed, pushes them, and sends the last values again in between. SIGHUP reloads the configuration file, SIGTERM ends it in order.',
    groups: ['source', 'metrics', 'delivery', 'agent', 'log'],
    flags: allButDeadline,
    load: async () => (await import('./commands/agent.ts')).agent,
  },
  {
    name: 'render',
    summary: 'print the exposition text, send nothing',
    description: 'Reads scan results and prints them as Prometheus text. Sends nothing.',
    groups: ['source', 'metrics', 'log'],
    load: async () => (await import('./commands/render.ts')).render,
  },
  {
    name: 'show',
    summary: 'print a table for people',
    description: 'Reads scan results and prints a table: images by severity, and totals.',
    groups: ['source', 'log'],
    load: async () => (await import('./commands/show.ts')).show,
  },
  {
    name: 'check',
    summary: 'look at everything a push needs',
    description:
      'Looks at the configuration, the source and every receiver, and says what to do about what is wrong. Writes one harmless series.',
    groups: ['source', 'delivery', 'log'],
    flags: allButDeadline,
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'pushgateway delete',
    summary: 'remove the series of a cluster',
    description:
      'Removes what was pushed for a cluster from a Pushgateway, which keeps it for ever otherwise. It is found by what it was pushed with: --cluster, which nothing guesses here, and the job and grouping if they were set. --shards <count> removes the groups of all shards, --shard <index> that of one.',
    groups: ['source', 'delivery', 'log'],
    flags:
      /^--(?:cluster|shards?|retry-budget|log-.+|pushgateway-(?!method$|compression$|(?:warn|max)-series$).+)$/,
    switches: { '--dry-run': 'only say what would be removed' },
    load: async () => (await import('./commands/pushgateway-delete.ts')).pushgatewayDelete,
  },
];

/** Commands that only hold others, with what those are for. */
const parents: Readonly<Record<string, Pick<CommandSpec, 'summary' | 'description'>>> = {
  pushgateway: {
    summary: 'look after what a Pushgateway keeps',
    description: 'Commands about what a Pushgateway keeps of earlier pushes.',
  },
};

const exitCodeHelp = `
Exit codes:
  0    everything was read and delivered
  1    unexpected error
  2    wrong command line or configuration
  3    scan results could not be read, or not to their end
  4    no receiver took anything
  5    incomplete: something was not read, or not taken
  130  interrupted
`;

const environmentHelp = `
Each flag is also an environment variable, KUBESCAPE_PUSH_ and its name:
--log-level is KUBESCAPE_PUSH_LOG_LEVEL. A flag goes before a variable, and a
variable before the configuration file.
`;

/** A probe calls it every few seconds, so it loads neither the schema nor anything else. */
function addHealth(program: Command, done: (exitCode: ExitCode) => void): void {
  program
    .command('health')
    .summary('judge a running agent, for probes')
    .description(
      'Judges a running agent by its heartbeat file, in one sentence: 0 if all is well, else 1.',
    )
    .option('--heartbeat-file <path>', 'file of the agent; else KUBESCAPE_PUSH_HEARTBEAT_FILE')
    .option('--liveness', 'only whether the agent still does anything')
    .option('--readiness', 'only whether its scan results are fresh')
    .usage('[options]')
    .exitOverride()
    .action(async (given: Partial<HealthInput>) => {
      const { health } = await import('./commands/health.ts');
      const { heartbeatFile, liveness = false, readiness = false } = given;
      done(await health({ heartbeatFile, liveness, readiness }));
    });
}

/** Runs the command line and gives the exit code. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  // A reader that has seen enough closes the pipe; writers are told by their own callbacks.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  const program = new Command('kubescape-push')
    .description('Pushes Kubescape scan results as Prometheus time series. Never listens.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', exitCodeHelp)
    // Wrapped also where the longest flag leaves less than commander's 40 columns.
    .configureHelp({ minWidthToWrap: 20 })
    .exitOverride();
  for (const spec of commands) {
    const command = addCommand(program, spec);
    command
      .usage('[options]')
      .exitOverride()
      .action(async () => {
        const { readInput } = await import('./options.ts');
        const action = await spec.load();
        exitCode = await action(readInput(command));
      });
    // Options come out of the schema, which takes as long to load as everything else.
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
    // Asking for help or the version ends parsing too, but is no mistake.
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
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
