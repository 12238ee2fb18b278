import { Agent } from '../../agent/agent.ts';
import { loadMemory } from '../../agent/cluster-memory.ts';
import { composeAgent } from '../../agent/compose-agent.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/schema.ts';
import { createLogger } from '../output/logger.ts';
import type { CommandInput } from '../run/command-input.ts';
import { type ExitCode, exitCodes } from '../run/exit-codes.ts';
import { isExpected, runWithSignals } from '../run/run-with-signals.ts';
import { AgentLog } from './agent-log.ts';
import { warnAboutUnknownVariables } from './run.ts';

/** Runs the agent until SIGTERM or SIGINT. SIGHUP reloads the configuration. */
export async function agent({ flags, configFile }: CommandInput): Promise<ExitCode> {
  function load(): Config {
    return loadConfig({ flags, environment: process.env, file: configFile });
  }
  return runWithSignals(
    async (context) => {
      const config = load();
      const log = createLogger(config.log, process.stderr.isTTY);
      context.log = log;
      warnAboutUnknownVariables(log);
      const { signal } = context;
      const running = new Agent({
        parts: await composeAgent(config, signal),
        memory: await loadMemory(config),
        loadConfig: load,
        isExpected,
        observer: new AgentLog(log, { config, signal }),
        signal,
      });
      // Never removed, because an unhandled SIGHUP ends the process immediately.
      process.on('SIGHUP', () => void running.reload());
      await running.run();
      return exitCodes.ok;
    },
    { endsBySignal: true },
  );
}
