import * as z from 'zod';

import { isUtf8Name } from '../remote-write/labels/labels.ts';
import { compilePattern } from '../remote-write/relabel/pattern.ts';
import {
  relabelActions,
  type RelabelConfig as Relabeling,
  relabelDefaults,
} from '../remote-write/relabel/relabel-config.ts';

const MAX_TEXT = 10_000;

const Text = z
  .string({ error: 'must be text; put numbers, true and false in quotes' })
  .max(MAX_TEXT);

const Action = z
  .string()
  .transform((action) => action.toLowerCase())
  .pipe(
    z.enum(relabelActions, {
      error: ({ input }) =>
        `unknown relabel action ${JSON.stringify(input)}; use one of ${relabelActions.join(', ')}`,
    }),
  );

const Regex = Text.check(({ value, issues }) => {
  try {
    compilePattern(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${JSON.stringify(value)} is not a valid RE2 pattern: ${reason}`;
    issues.push({ code: 'custom', input: value, message });
  }
});

const keys = {
  action: Action.default(relabelDefaults.action).describe(
    `Action: ${relabelActions.map((action) => `\`${action}\``).join(', ')}.`,
  ),
  source_labels: z
    .array(Text.min(1, 'must not be empty'))
    .max(100)
    .default([])
    .describe('Labels whose values are joined with the separator and matched.'),
  separator: Text.default(relabelDefaults.separator).describe('Text between the joined values.'),
  regex: Regex.default(relabelDefaults.regex).describe(
    'RE2 pattern that must match the whole joined text, or the whole label name.',
  ),
  target_label: Text.default(relabelDefaults.targetLabel).describe(
    'Label to set or compare. `replace` expands groups such as `${1}`.',
  ),
  replacement: Text.default(relabelDefaults.replacement).describe(
    'New value for `replace`, new name for `labelmap`. Groups are expanded. An empty value removes the label.',
  ),
  modulus: z
    .int()
    .min(0)
    .default(relabelDefaults.modulus)
    .describe('Divisor for `hashmod`, which sets the label to the hash modulo this number.'),
};

const Keys = z.strictObject(keys);
type Keys = z.infer<typeof Keys>;

/** One rule of `write_relabel_configs`, validated as in Prometheus 3. */
export const RelabelConfig = Keys.check(({ value, issues }) => {
  const message = findMistake(value);
  if (message !== undefined) issues.push({ code: 'custom', input: value, message });
}).transform(({ source_labels, target_label, ...rest }): Relabeling => ({
  ...rest,
  sourceLabels: source_labels,
  targetLabel: target_label,
}));

function findMistake(config: Keys): string | undefined {
  return findExcess(config) ?? findMissing(config) ?? findIllegalName(config);
}

interface Refusal {
  readonly keys: readonly Exclude<keyof Keys, 'action'>[];
  readonly says: string;
}

const equality: Refusal = {
  keys: ['regex', 'modulus', 'separator', 'replacement'],
  says: 'allows only source_labels and target_label',
};
const names: Refusal = {
  keys: ['source_labels', 'target_label', 'modulus', 'separator', 'replacement'],
  says: 'allows only regex',
};
const letterCase: Refusal = { keys: ['replacement'], says: 'does not allow replacement' };

const refusals: Readonly<Partial<Record<Keys['action'], Refusal>>> = {
  keepequal: equality,
  dropequal: equality,
  labeldrop: names,
  labelkeep: names,
  lowercase: letterCase,
  uppercase: letterCase,
};

/** A key set to its default counts as absent. */
function findExcess(config: Keys): string | undefined {
  const refusal = refusals[config.action];
  const isExcess = refusal?.keys.some(
    (key) => String(config[key]) !== String(keys[key].def.defaultValue),
  );
  return isExcess === true ? `${config.action} ${refusal?.says}` : undefined;
}

const noTarget: ReadonlySet<Keys['action']> = new Set([
  'keep',
  'drop',
  'labelmap',
  'labeldrop',
  'labelkeep',
]);

function findMissing({ action, modulus, target_label }: Keys): string | undefined {
  if (action === 'hashmod' && modulus === 0) return 'hashmod needs a modulus of at least 1';
  return target_label === '' && !noTarget.has(action)
    ? `${action} needs a target_label`
    : undefined;
}

/** Names may be any text since Prometheus 3. */
function findIllegalName({ action, target_label, replacement }: Keys): string | undefined {
  const isMap = action === 'labelmap';
  const name = isMap ? replacement : target_label;
  if (isUtf8Name(name) || (noTarget.has(action) && !isMap)) return undefined;
  const key = isMap ? 'replacement' : 'target_label';
  return `${key} ${JSON.stringify(name)}${isMap ? ' of labelmap' : ''} must be a label name`;
}
