import { Agent } from '../../agent/agent.ts';
import { loadMemory } from '../../agent/cluster-memory.ts';
import { composeAgent } from '../../agent/compose-agent.ts';
import { loadConfig, type LoadedConfig } from '../../config/load-config.ts';
import { createLogger } from '../output/logger.ts';
import type { CommandInput } from '../run/command-input.ts';
import { type ExitCode, exitCodes } from '../run/exit-codes.ts';
import { isExpected, runWithSignals } from '../run/run-with-signals.ts';
import { AgentLog } from './agent-log.ts';

/** Runs the agent until SIGTERM or SIGINT. SIGHUP reloads the configuration. */
export async function agent({ flags, configFile }: CommandInput): Promise<ExitCode> {
  function load(): LoadedConfig {
    return loadConfig({ flags, environment: process.env, file: configFile });
  }
  return runWithSignals(
    async (context) => {
      const { config, warnings } = load();
      const log = createLogger(config.log, process.stderr.isTTY);
      context.log = log;
      for (const warning of warnings) log.warn(warning);
      const { signal } = context;
      const running = new Agent({
        parts: await composeAgent(config, { signal, warn: (message) => log.warn(message) }),
        memory: await loadMemory(config),
        loadConfig: () => load().config,
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
