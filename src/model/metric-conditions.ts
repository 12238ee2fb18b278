/** Conditions of a user-defined metric on the text of a finding. */
export type FindingTextCondition = 'severity' | 'id' | 'package';

/**
 * Yes-or-no conditions on a finding. `relevant` is whether the container loaded the affected package. The
 * condition is never met if this is unknown.
 */
export type FlagCondition = 'fixable' | 'rce' | 'relevant';

/** Conditions on the labels of a container and its image. */
export const targetConditions = [
  'namespace',
  'workload_kind',
  'workload',
  'name',
  'registry',
  'image',
  'tag',
] as const;
export type TargetCondition = (typeof targetConditions)[number];

/** The keys of `where` in the configuration. */
export type ConditionKey = FindingTextCondition | FlagCondition | TargetCondition;
