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

/** One `relabel_config` of Prometheus. What is left out is as in `relabelDefaults`. */
export interface RelabelConfig {
  readonly action?: RelabelAction;
  /** Their values, joined by `separator`, are what the rule looks at. */
  readonly sourceLabels?: readonly string[];
  readonly separator?: string;
  /** In the syntax of RE2. It must match the whole text. */
  readonly regex?: string;
  /** `replace` fills in `$1`, `${name}` and `$$` here, too. */
  readonly targetLabel?: string;
  readonly replacement?: string;
  /** For `hashmod`; an integer of at least 1. */
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
