export const relabelActions = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;
export type RelabelAction = (typeof relabelActions)[number];

/** A Prometheus `relabel_config`. Absent keys default to `relabelDefaults`. */
export interface RelabelConfig {
  readonly action?: RelabelAction;
  /** Labels whose values, joined with `separator`, are matched by the rule. */
  readonly sourceLabels?: readonly string[];
  readonly separator?: string;
  /** RE2 pattern that must match the whole text. */
  readonly regex?: string;
  /** The action `replace` also expands `$1`, `${name}` and `$$` in this name. */
  readonly targetLabel?: string;
  readonly replacement?: string;
  /** For `hashmod`: an integer of at least 1. */
  readonly modulus?: number;
}

export const relabelDefaults = {
  action: 'replace',
  sourceLabels: [],
  separator: ';',
  regex: '(.*)',
  targetLabel: '',
  replacement: '$1',
  modulus: 0,
} as const satisfies Required<RelabelConfig>;
