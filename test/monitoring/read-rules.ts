import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { parse } from 'yaml';
import * as z from 'zod';

import type { FlavourId } from './read-dashboard.ts';

const Rule = z.object({
  alert: z.string(),
  expr: z.string(),
  for: z.string(),
  labels: z.object({ severity: z.enum(['critical', 'warning', 'info']) }),
  annotations: z.object({ summary: z.string(), description: z.string() }),
});
type Rule = z.infer<typeof Rule>;

const RulesFile = z.object({
  groups: z.array(z.object({ name: z.string(), rules: z.array(Rule) })),
});

export function rulesPath(flavour: FlavourId): string {
  return resolve(import.meta.dirname, `../../monitoring/rules/${flavour}.yaml`);
}

export function readRules(flavour: FlavourId): Rule[] {
  const file = RulesFile.parse(parse(readFileSync(rulesPath(flavour), 'utf8')));
  return file.groups.flatMap(({ rules }) => rules);
}
