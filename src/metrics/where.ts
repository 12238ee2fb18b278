import type { Finding } from '../model/finding.ts';
import {
  type FindingTextCondition,
  type FlagCondition,
  type TargetCondition,
  targetConditions,
} from '../model/metric-conditions.ts';
import type { TargetFacts } from './label-catalogue.ts';
import { findingLabels, targetLabels } from './label-catalogue.ts';

/** A text condition: a list of values, an excluded list, or an RE2 pattern for the whole text. */
export type TextFilter =
  | { readonly in: readonly string[] }
  | { readonly not: readonly string[] }
  | { readonly matches: (text: string) => boolean };

/** Conditions on a finding and its container. All must hold. */
export type Where = {
  readonly [Key in FindingTextCondition | TargetCondition]?: TextFilter;
} & {
  readonly [Key in FlagCondition]?: boolean;
};

export type Test<Subject> = (subject: Subject) => boolean;

/**
 * The conditions that a finding decides alone. Returns undefined if all findings pass. Relevance depends on
 * the container and is not included.
 */
export function findingTest(where: Where): Test<Finding> | undefined {
  const { severity, id, package: packageName, fixable, rce } = where;
  return all<Finding>([
    severity && ((finding) => passes(severity, findingLabels.severity(finding))),
    id && ((finding) => passes(id, finding.id)),
    packageName && ((finding) => passes(packageName, finding.packageName)),
    fixable !== undefined && ((finding) => finding.fixable === fixable),
    rce !== undefined && ((finding) => finding.remoteCodeExecution === rce),
  ]);
}

/** The conditions that the container decides. Returns undefined if all containers pass. */
export function targetTest(where: Where): Test<TargetFacts> | undefined {
  return all<TargetFacts>(
    targetConditions.map((name) => {
      const filter = where[name];
      return filter && ((facts) => passes(filter, targetLabels[name](facts)));
    }),
  );
}

function all<Subject>(
  conditions: readonly (Test<Subject> | false | undefined)[],
): Test<Subject> | undefined {
  const tests = conditions.flatMap((test) => test || []);
  const [only] = tests;
  if (tests.length <= 1) return only;
  return (subject) => tests.every((test) => test(subject));
}

function passes(filter: TextFilter, text: string): boolean {
  if ('in' in filter) return filter.in.includes(text);
  if ('not' in filter) return !filter.not.includes(text);
  return filter.matches(text);
}
