import { compose } from '../../compose/cycle.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/schema.ts';
import type { CycleFailure, CycleReport, CycleResult } from '../../cycle/cycle-result.ts';
import { attemptCycle, type CycleObserver } from '../../cycle/run-cycle.ts';
import type { Sink } from '../../sinks/sink.ts';
import { CycleDisplay } from '../output/cycle-display.ts';
import { createLogger, type Logger } from '../output/logger.ts';
import type { CommandInput } from '../run/command-input.ts';
import { type ExitCode, exitCodeOfStopped } from '../run/exit-codes.ts';
import { startRunDeadline } from '../run/run-deadline.ts';
import { type CommandContext, runWithSignals } from '../run/run-with-signals.ts';

export interface CommandOutcome {
  readonly report: CycleReport;
  readonly config: Config;
  readonly log: Logger;
}

export interface CommandPlan {
  /** Called with a function that warns while the cycle runs. */
  readonly sinks: (config: Config, warn: (message: string) => void) => Promise<readonly Sink[]>;
  /** Whether the result is saved for the next push. */
  readonly remembers?: boolean;
  /** Observes the cycle in addition to the log and the progress bar. */
  readonly watch?: Pick<CycleObserver, 'inventory' | 'scan' | 'posture'>;
  /** Called after a cycle that read its source. Returns the exit code. */
  readonly done: (outcome: CommandOutcome) => ExitCode;
  /** Called when the source failed, before the error is logged. */
  readonly failed?: (failure: CycleFailure, log: Logger) => void;
}

/** Runs one cycle for a command, including configuration, log and progress. */
export async function runCommand(input: CommandInput, plan: CommandPlan): Promise<ExitCode> {
  return runWithSignals(async (context) => {
    const { flags, configFile } = input;
    const { config, warnings } = loadConfig({ flags, environment: process.env, file: configFile });
    const log = createLogger(config.log, process.stderr.isTTY);
    context.log = log;
    for (const warning of warnings) log.warn(warning);
    const deadline = startRunDeadline(config.deadline, context.signal);
    try {
      const result = await cycle(config, plan, { log, signal: deadline.signal });
      if (deadline.isExceeded) log.error(`deadline of ${deadline.text} exceeded`);
      if (result.status === 'done') return plan.done({ report: result.report, config, log });
      plan.failed?.(result.failure, log);
      if (deadline.isExceeded) return exitCodeOfStopped(result.failure.deliveries);
      throw result.failure.error;
    } finally {
      deadline.clear();
    }
  });
}

async function cycle(
  config: Config,
  plan: CommandPlan,
  { log, signal }: CommandContext,
): Promise<CycleResult> {
  const display = new CycleDisplay(config, log, plan.watch);
  try {
    const sinks = await plan.sinks(config, (message) => display.observer.warn(message));
    const options = await compose(config, { sinks, environment: process.env, signal });
    const { observer } = display;
    const runtime = { observer, signal, now: Date.now };
    if (plan.remembers !== true) return await attemptCycle(options, runtime);
    const { loadMemory, saveMemory } = await import('../../agent/cluster-memory.ts');
    const result = await attemptCycle(options, { ...runtime, memory: await loadMemory(config) });
    await saveMemory(config, result);
    return result;
  } finally {
    display.end();
  }
}
