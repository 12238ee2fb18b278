import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { controlStatusOf, newestStatus, type StatedStatus, worstStatus } from './control-status.ts';

const failed = { status: 'failed', subStatus: '' };
const passed = { status: 'passed', subStatus: '' };
const excepted = { status: 'passed', subStatus: 'w/exceptions' };
const skipped = { status: 'skipped', subStatus: '' };
const unconfigured = { status: 'skipped', subStatus: 'configuration' };

describe('newestStatus', () => {
  it.each`
    stored          | rules                | status        | why
    ${failed}       | ${[passed]}          | ${'passed'}   | ${'the storage keeps the worse status'}
    ${failed}       | ${[excepted]}        | ${'excepted'} | ${'an exception accepts the failure now'}
    ${failed}       | ${[skipped]}         | ${'skipped'}  | ${'the rule was not evaluated now'}
    ${failed}       | ${[passed, failed]}  | ${'failed'}   | ${'one rule fails'}
    ${failed}       | ${[]}                | ${'failed'}   | ${'no rule says otherwise'}
    ${passed}       | ${[failed]}          | ${'failed'}   | ${'a failure is never hidden'}
    ${passed}       | ${[passed, skipped]} | ${'skipped'}  | ${'one rule was not evaluated'}
    ${passed}       | ${[excepted]}        | ${'excepted'} | ${'the rule passed with exceptions'}
    ${excepted}     | ${[passed]}          | ${'excepted'} | ${'only the control has the exception'}
    ${unconfigured} | ${[failed]}          | ${'skipped'}  | ${'the control lacks its configuration'}
    ${unconfigured} | ${[passed]}          | ${'skipped'}  | ${'the control lacks its configuration'}
    ${skipped}      | ${[]}                | ${'skipped'}  | ${'no rule says otherwise'}
  `('is $status if $why', ({ stored, rules, status }: StatusCase) => {
    expect(newestStatus(stored, rules)).toBe(status);
  });

  it('is failed if and only if the newest scan failed, whatever earlier scans left in the storage', () => {
    fc.assert(
      fc.property(fc.array(anyScan, { minLength: 1, maxLength: 6 }), (scans) => {
        let stored: StatedStatus | undefined;
        for (const rules of scans) {
          stored = keepWorse(stored, statusOfScan(rules));

          const isFailed = rules.some(({ status }) => status === 'failed');
          expect(newestStatus(stored, rules) === 'failed').toBe(isFailed);
        }
      }),
    );
  });
});

it.each(['', 'error', 'irrelevant', 'unknown'])('reads the status "%s" as skipped', (status) => {
  expect(controlStatusOf({ status, subStatus: '' })).toBe('skipped');
});

interface StatusCase {
  readonly stored: StatedStatus;
  readonly rules: readonly StatedStatus[];
  readonly status: string;
}

/** The rules of a control in one scan. */
const anyScan = fc.array(fc.constantFrom(failed, passed, excepted, unconfigured), {
  minLength: 1,
  maxLength: 3,
});

/** Like opa-utils `ResourceAssociatedControl.SetStatus`. */
function statusOfScan(rules: readonly StatedStatus[]): StatedStatus {
  return rules.reduce(keepWorse, passed);
}

/** Like opa-utils `CompareStatusAndSubStatus`, with which the storage merges an object into the old one. */
function keepWorse(old: StatedStatus | undefined, current: StatedStatus): StatedStatus {
  const both = old === undefined ? [current] : [old, current];
  const worst = worstStatus(both.map(controlStatusOf));
  return both.find((one) => controlStatusOf(one) === worst) ?? current;
}
