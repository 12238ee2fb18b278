import { Command, CommanderError } from 'commander';

import type { OptionGroup } from '../config/option.ts';
import { version } from '../version.ts';
import type { CommandInput } from './command-input.ts';
import type { HealthInput } from './commands/health.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** A command of the program; its work is loaded only when it is called. */
interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly groups: readonly OptionGroup[];
  readonly load: () => Promise<(input: CommandInput) => Promise<ExitCode>>;
}

const commands: readonly CommandSpec[] = [
  {
    name: 'push',
    summary: 'read scan results once and push them',
    description:
      'Reads scan results, turns them into time series and pushes them to every configured receiver, then exits. Without a receiver, prints the exposition text.',
    groups: ['source', 'metrics', 'delivery', 'log'],
    load: async () => (await import('./commands/push.ts')).push,
  },
  {
    name: 'agent',
    summary: 'stay: read on schedule and on changes, and push',
    description:
      'Stays: reads scan results on a schedule and when they have changed, pushes them, and sends the last values again in between. SIGHUP reloads the configuration file, SIGTERM ends it in order.',
    groups: ['source', 'metrics', 'delivery', 'agent', 'log'],
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
    load: async () => (await import('./commands/check.ts')).check,
  },
];

const exitCodeHelp = `
Exit codes:
  0    everything was read and delivered
  1    unexpected error
  2    wrong command line or configuration
  3    no scan result could be read; no result was sent
  4    no receiver took anything
  5    incomplete: a report was skipped, or series were not taken
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
    const command = program.command(spec.name).summary(spec.summary).description(spec.description);
    command
      .usage('[options]')
      .exitOverride()
      .action(async () => {
        const { readInput } = await import('./options.ts');
        const action = await spec.load();
        exitCode = await action(readInput(command));
      });
    // Options come out of the schema, which takes as long to load as everything else.
    if (argv.includes(spec.name)) (await import('./options.ts')).addOptions(command, spec.groups);
    if (spec.name === 'push') command.option('--table', 'also print the table of `show` on stderr');
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
