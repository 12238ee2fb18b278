import { dashboard } from './dashboard.ts';
import { agentFlavour, cronjobFlavour } from './flavour.ts';
import { rulesFile } from './rules-file.ts';

/** Rules have no variables, so they assume one run a day. The window is twice this interval. */
const RULES_WINDOW = '2d';

/** Returns the contents of dashboards and rules, keyed by path. */
export function monitoringFiles(): Readonly<Record<string, string>> {
  return {
    'monitoring/dashboards/agent.json': toJson(dashboard(agentFlavour)),
    'monitoring/dashboards/cronjob.json': toJson(dashboard(cronjobFlavour('$window'))),
    'monitoring/rules/agent.yaml': rulesFile(agentFlavour),
    'monitoring/rules/cronjob.yaml': rulesFile(cronjobFlavour(RULES_WINDOW)),
  };
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
