import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import * as z from 'zod';

const Target = z.object({ refId: z.string(), expr: z.string(), legendFormat: z.string() });

const Panel = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(Target).default([]),
});
export type Panel = z.infer<typeof Panel>;

const Dashboard = z.object({
  uid: z.string(),
  schemaVersion: z.number(),
  panels: z.array(Panel),
  templating: z.object({
    list: z.array(
      z.object({ name: z.string(), type: z.string(), definition: z.string().optional() }),
    ),
  }),
});

export type Dashboard = z.infer<typeof Dashboard>;

export const flavours = ['agent', 'cronjob'] as const;
export type FlavourId = (typeof flavours)[number];

export function readDashboard(flavour: FlavourId): Dashboard {
  const path = resolve(import.meta.dirname, `../../monitoring/dashboards/${flavour}.json`);
  return Dashboard.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Every query with the title of its panel. */
export function queriesOf({ panels }: Dashboard): readonly { title: string; expr: string }[] {
  return panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));
}

/** Fills in the variables as Grafana does when everything is selected. */
export function withEverythingChosen(expr: string): string {
  return expr
    .replaceAll('${severity:regex}', '(critical|high|medium|low|negligible|unknown)')
    .replaceAll('$cluster', '.+')
    .replaceAll('$namespace', '.*')
    .replaceAll('$window', '2d')
    .replaceAll('$__interval', '1h');
}
