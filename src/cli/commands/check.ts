import { deleteCheckGroup } from '../../compose/pushgateway.ts';
import { composeCheckSinks } from '../../compose/sinks.ts';
import {
  composeClusterCheck,
  composeFilesCheck,
  type SourceFacts,
} from '../../compose/source-checks.ts';
import { loadConfig, type LoadedConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/schema.ts';
import { checkSinks } from '../../cycle/check-sinks.ts';
import { resolveCluster } from '../../cycle/cluster-name.ts';
import type { Check } from '../../model/check.ts';
import { version } from '../../version.ts';
import { CheckTable } from '../output/check-table.ts';
import { createLogger } from '../output/logger.ts';
import { describeTerminal } from '../output/terminal.ts';
import type { CommandInput } from '../run/command-input.ts';
import { type ExitCode, exitCodes } from '../run/exit-codes.ts';
import { runWithSignals, type CommandContext } from '../run/run-with-signals.ts';

/** Checks everything that a push needs, and gives advice for each problem. */
export async function check(input: CommandInput): Promise<ExitCode> {
  return runWithSignals(async (context) => {
    const { flags, configFile } = input;
    const loaded = loadConfig({ flags, environment: process.env, file: configFile });
    context.log = createLogger(loaded.config.log, process.stderr.isTTY);
    return runChecks(loaded, context);
  });
}

async function runChecks(
  { config, warnings }: LoadedConfig,
  { signal }: CommandContext,
): Promise<ExitCode> {
  const table = new CheckTable(process.stdout, describeTerminal(process.stdout));
  table.add({ subject: 'configuration', status: 'ok', finding: 'valid' });
  for (const finding of warnings) {
    table.add({ subject: 'configuration', status: 'warning', finding });
  }
  const facts: SourceFacts = { clusterName: config.cluster };
  const isSourceFine = await checkSource(config, facts, { table, signal });
  const name = checkName(config.cluster, facts);
  if (isSourceFine || name.status === 'ok') table.add(name);
  const areSinksFine = await checkReceivers(config, facts.clusterName, { table, signal });
  if (!isSourceFine || name.status === 'failed') return exitCodes.sourceUnreadable;
  return areSinksFine ? exitCodes.ok : exitCodes.nothingDelivered;
}

interface Run {
  readonly table: CheckTable;
  readonly signal: AbortSignal;
}

async function checkSource(
  config: Config,
  facts: SourceFacts,
  { table, signal }: Run,
): Promise<boolean> {
  let isFine = true;
  const isFiles = config.source.files.paths.length > 0;
  const checks = isFiles
    ? composeFilesCheck(config, facts, signal)
    : composeClusterCheck(config, facts, signal);
  for await (const one of checks) {
    table.add(one);
    isFine &&= one.status !== 'failed';
  }
  return isFine;
}

async function checkReceivers(
  config: Config,
  clusterName: string | undefined,
  { table, signal }: Run,
): Promise<boolean> {
  const sinks = await composeCheckSinks(config);
  if (sinks.length === 0) {
    const finding =
      'none configured, so a push prints to stdout; set remote_write or pushgateway.url';
    table.add({ subject: 'receivers', status: 'warning', finding });
    return true;
  }
  const cluster = clusterName ?? 'unknown';
  const checks = await checkSinks(sinks, { timestampMs: Date.now(), cluster, version }, signal);
  for (const one of checks) table.add(one);
  await deleteCheckGroup(config, cluster, signal);
  return checks.every(({ status }) => status === 'ok');
}

function checkName(
  configured: string | undefined,
  { clusterName: found, hasResults = true }: SourceFacts,
): Check {
  const subject = 'cluster name';
  if (found === undefined && !hasResults) {
    const finding = 'unknown until there are scan results, which contain it; has a scan run?';
    return { subject, status: 'failed', finding };
  }
  try {
    const name = resolveCluster(configured, found === undefined ? [] : [found]);
    return {
      subject,
      status: 'ok',
      finding: `${name}${configured === undefined ? '' : ' (configured)'}`,
    };
  } catch (error) {
    return {
      subject,
      status: 'failed',
      finding: error instanceof Error ? error.message : String(error),
    };
  }
}
