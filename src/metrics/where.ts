import type { Finding } from '../model/finding.ts';
import {
  type FindingTextCondition,
  type FlagCondition,
  type TargetCondition,
  targetConditions,
} from '../model/metric-conditions.ts';
import type { TargetFacts } from './label-catalogue.ts';
import { findingLabels, targetLabels } from './label-catalogue.ts';

/** A text condition: allowed values, excluded values, or an RE2 pattern for the whole text. */
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
 * Creates a test for the conditions that depend only on the finding, or returns undefined if all findings pass.
 * Relevance is not included, because it depends on the container.
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

/** Creates a test for the conditions on the container, or returns undefined if all containers pass. */
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
