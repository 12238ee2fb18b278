import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sortLabels } from '../labels/labels.ts';
import type { Label } from '../time-series.ts';
import { type RelabelConfig, relabelActions } from './relabel-config.ts';
import { compileRelabeling } from './relabel.ts';

/** The expected results were recorded from Prometheus 3.5. */
describe('S8: compileRelabeling', () => {
  it.each`
    what                                               | rule                                                                                 | given              | result
    ${'copies a value'}                                | ${{ sourceLabels: ['a'], targetLabel: 'n' }}                                         | ${'a=1'}           | ${'a=1 n=1'}
    ${'replaces a value'}                              | ${{ sourceLabels: ['a'], targetLabel: 'b' }}                                         | ${'a=1 b=2'}       | ${'a=1 b=1'}
    ${'joins values'}                                  | ${{ sourceLabels: ['a', 'b'], targetLabel: 'n' }}                                    | ${'a=1 b=2'}       | ${'a=1 b=2 n=1;2'}
    ${'joins missing labels as empty'}                 | ${{ sourceLabels: ['x', 'a', 'y'], targetLabel: 'n' }}                               | ${'a=1'}           | ${'a=1 n=;1;'}
    ${'joins with another separator'}                  | ${{ sourceLabels: ['a', 'b'], separator: '', targetLabel: 'n' }}                     | ${'a=1 b=2'}       | ${'a=1 b=2 n=12'}
    ${'reads the name'}                                | ${{ sourceLabels: ['__name__'], targetLabel: 'n' }}                                  | ${''}              | ${'n=up'}
    ${'expands groups'}                                | ${{ sourceLabels: ['a'], regex: '(.)(.*)', targetLabel: 'n', replacement: '$2-$1' }} | ${'a=xyz'}         | ${'a=xyz n=yz-x'}
    ${'changes nothing without a match'}               | ${{ sourceLabels: ['a'], regex: 'b', targetLabel: 'n' }}                             | ${'a=abc'}         | ${'a=abc'}
    ${'matches the whole value'}                       | ${{ sourceLabels: ['a'], regex: 'ab|bc', targetLabel: 'n', replacement: 'x' }}       | ${'a=abc'}         | ${'a=abc'}
    ${'matches line breaks with a dot'}                | ${{ sourceLabels: ['a'], regex: 'x.y', targetLabel: 'n', replacement: 'x' }}         | ${'a=x\ny'}        | ${'a=x\ny n=x'}
    ${'sets a constant'}                               | ${{ targetLabel: 'n', replacement: 'c' }}                                            | ${''}              | ${'n=c'}
    ${'removes a label that becomes empty'}            | ${{ targetLabel: 'a', replacement: '' }}                                             | ${'a=1 b=2'}       | ${'b=2'}
    ${'removes a label if the group is empty'}         | ${{ sourceLabels: ['b'], regex: '2(x?)', targetLabel: 'a' }}                         | ${'a=1 b=2'}       | ${'b=2'}
    ${'removes a label if the source is missing'}      | ${{ sourceLabels: ['x'], targetLabel: 'a' }}                                         | ${'a=1 b=2'}       | ${'b=2'}
    ${'does not add an empty label'}                   | ${{ sourceLabels: ['x'], targetLabel: 'y' }}                                         | ${'a=1'}           | ${'a=1'}
    ${'matches a missing source'}                      | ${{ sourceLabels: ['x'], regex: '', targetLabel: 'n', replacement: 'c' }}            | ${'a=1'}           | ${'a=1 n=c'}
    ${'expands groups in the target'}                  | ${{ sourceLabels: ['a'], targetLabel: 'n_${1}', replacement: 'v' }}                  | ${'a=x'}           | ${'a=x n_x=v'}
    ${'accepts any target'}                            | ${{ sourceLabels: ['a'], targetLabel: '${1}', replacement: 'v' }}                    | ${'a=9x'}          | ${'9x=v a=9x'}
    ${'ignores an empty target'}                       | ${{ sourceLabels: ['a'], targetLabel: '${2}', replacement: 'v' }}                    | ${'a=x'}           | ${'a=x'}
    ${'accepts a target beyond ASCII'}                 | ${{ sourceLabels: ['a'], targetLabel: '${1}', replacement: 'v' }}                    | ${'a=é'}           | ${'a=é é=v'}
    ${'renames the series'}                            | ${{ targetLabel: '__name__', replacement: 'down' }}                                  | ${'a=1'}           | ${'__name__=down a=1'}
    ${'puts upper case first'}                         | ${{ targetLabel: 'Zone', replacement: 'z' }}                                         | ${'a=1'}           | ${'Zone=z __name__=up a=1'}
    ${'sorts in between'}                              | ${{ targetLabel: 'b', replacement: 'z' }}                                            | ${'a=1 c=3'}       | ${'a=1 b=z c=3'}
    ${'keeps'}                                         | ${{ action: 'keep', sourceLabels: ['a'], regex: '1|2' }}                             | ${'a=2'}           | ${'a=2'}
    ${'does not keep'}                                 | ${{ action: 'keep', sourceLabels: ['a'], regex: '1|2' }}                             | ${'a=12'}          | ${undefined}
    ${'keeps by a missing label'}                      | ${{ action: 'keep', sourceLabels: ['x'], regex: '' }}                                | ${'a=12'}          | ${'a=12'}
    ${'keeps everything'}                              | ${{ action: 'keep' }}                                                                | ${'a=1'}           | ${'a=1'}
    ${'drops'}                                         | ${{ action: 'drop', sourceLabels: ['a', 'b'], regex: '1;2' }}                        | ${'a=1 b=2'}       | ${undefined}
    ${'does not drop'}                                 | ${{ action: 'drop', sourceLabels: ['a', 'b'], regex: '1' }}                          | ${'a=1 b=2'}       | ${'a=1 b=2'}
    ${'drops everything'}                              | ${{ action: 'drop' }}                                                                | ${'a=1'}           | ${undefined}
    ${'keeps equal labels'}                            | ${{ action: 'keepequal', sourceLabels: ['a'], targetLabel: 'b' }}                    | ${'a=1 b=1'}       | ${'a=1 b=1'}
    ${'does not keep different labels'}                | ${{ action: 'keepequal', sourceLabels: ['a'], targetLabel: 'b' }}                    | ${'a=1 b=2'}       | ${undefined}
    ${'keeps two missing labels'}                      | ${{ action: 'keepequal', sourceLabels: ['x'], targetLabel: 'y' }}                    | ${'a=1'}           | ${'a=1'}
    ${'drops equal labels'}                            | ${{ action: 'dropequal', sourceLabels: ['a'], targetLabel: 'b' }}                    | ${'a=1 b=1'}       | ${undefined}
    ${'does not drop different labels'}                | ${{ action: 'dropequal', sourceLabels: ['a', 'b'], targetLabel: 'b' }}               | ${'a=1 b=1'}       | ${'a=1 b=1'}
    ${'hashes'}                                        | ${{ action: 'hashmod', sourceLabels: ['a'], targetLabel: 'n', modulus: 1000 }}       | ${'a=foo'}         | ${'a=foo n=696'}
    ${'hashes several labels'}                         | ${{ action: 'hashmod', sourceLabels: ['a', 'b'], targetLabel: 'n', modulus: 1000 }}  | ${'a=foo b=bar'}   | ${'a=foo b=bar n=750'}
    ${'hashes the empty text'}                         | ${{ action: 'hashmod', targetLabel: 'n', modulus: 7 }}                               | ${''}              | ${'n=1'}
    ${'hashes with modulus 1'}                         | ${{ action: 'hashmod', sourceLabels: ['a'], targetLabel: 'n', modulus: 1 }}          | ${'a=foo'}         | ${'a=foo n=0'}
    ${'copies by name'}                                | ${{ action: 'labelmap', regex: 'k_(.+)' }}                                           | ${'k_a=1 k_b=2'}   | ${'a=1 b=2 k_a=1 k_b=2'}
    ${'copies over others'}                            | ${{ action: 'labelmap', regex: 'k_(.+)' }}                                           | ${'a=0 k_a=1'}     | ${'a=1 k_a=1'}
    ${'copies by another name'}                        | ${{ action: 'labelmap', regex: '(.)', replacement: 'k_$1' }}                         | ${'a=1 bc=2'}      | ${'a=1 bc=2 k_a=1'}
    ${'keeps the last of two'}                         | ${{ action: 'labelmap', regex: 'k\\d', replacement: 'n' }}                           | ${'k1=1 k2=2'}     | ${'k1=1 k2=2 n=2'}
    ${'creates any name'}                              | ${{ action: 'labelmap', regex: 'k(.*)' }}                                            | ${'k1=1 k=2'}      | ${'1=1 k=2 k1=1'}
    ${'maps the name to a label'}                      | ${{ action: 'labelmap', regex: '__name__', replacement: 'n' }}                       | ${''}              | ${'n=up'}
    ${'maps a label to the name'}                      | ${{ action: 'labelmap', regex: 'a', replacement: '__name__' }}                       | ${'a=x'}           | ${'__name__=x a=x'}
    ${'maps with a pattern of unbalanced parentheses'} | ${{ action: 'labelmap', regex: 'a)|(b', replacement: 'x_$1' }}                       | ${'ab=1'}          | ${'ab=1 x_x_b=1'}
    ${'drops names'}                                   | ${{ action: 'labeldrop', regex: 'a|k_.*' }}                                          | ${'a=1 ab=2 k_=3'} | ${'ab=2'}
    ${'drops no names'}                                | ${{ action: 'labeldrop', regex: 'x' }}                                               | ${'a=1'}           | ${'a=1'}
    ${'keeps names'}                                   | ${{ action: 'labelkeep', regex: '__name__|a' }}                                      | ${'a=1 ab=2'}      | ${'a=1'}
    ${'drops a series that loses its name'}            | ${{ action: 'labelkeep', regex: 'a' }}                                               | ${'a=1'}           | ${undefined}
    ${'drops a series whose name is removed'}          | ${{ targetLabel: '__name__', replacement: '' }}                                      | ${'a=1'}           | ${undefined}
    ${'converts to lower case'}                        | ${{ action: 'lowercase', sourceLabels: ['a'], targetLabel: 'n' }}                    | ${'a=Ab'}          | ${'a=Ab n=ab'}
    ${'converts to upper case'}                        | ${{ action: 'uppercase', sourceLabels: ['a', 'b'], targetLabel: 'n' }}               | ${'a=Ab b=c'}      | ${'a=Ab b=c n=AB;C'}
    ${'converts a missing label to none'}              | ${{ action: 'lowercase', sourceLabels: ['x'], targetLabel: 'a' }}                    | ${'a=1 b=2'}       | ${'b=2'}
    ${'removes labels that start with __'}             | ${{ targetLabel: '__tmp', replacement: 'x' }}                                        | ${'a=1'}           | ${'a=1'}
  `('$what', ({ rule, given, result }: RuleCase) => {
    expect(relabel([rule], given)).toBe(named(result));
  });

  it.each`
    what                                             | rules                                                                                                                                                                                                                         | given               | result
    ${'a rule sees labels that an earlier rule set'} | ${[{ targetLabel: '__tmp', replacement: 'x' }, { action: 'keep', sourceLabels: ['__tmp'], regex: 'x' }]}                                                                                                                      | ${'a=1'}            | ${'a=1'}
    ${'a rule does not see removed labels'}          | ${[{ action: 'labeldrop', regex: 'a' }, { action: 'drop', sourceLabels: ['a'], regex: '1' }]}                                                                                                                                 | ${'a=1'}            | ${''}
    ${'a removed label can be set again'}            | ${[{ action: 'labeldrop', regex: 'a' }, { targetLabel: 'a', replacement: '2' }]}                                                                                                                                              | ${'a=1'}            | ${'a=2'}
    ${'a label that was set can be removed'}         | ${[{ targetLabel: 'a', replacement: '2' }, { action: 'labeldrop', regex: 'a' }]}                                                                                                                                              | ${'a=1'}            | ${''}
    ${'a removed name can be set again'}             | ${[{ targetLabel: '__name__', replacement: '' }, { targetLabel: '__name__', replacement: 'x' }]}                                                                                                                              | ${''}               | ${'__name__=x'}
    ${'labels that were set come last'}              | ${[{ targetLabel: 'k1', replacement: 'n' }, { action: 'labelmap', regex: 'k.', replacement: 's' }]}                                                                                                                           | ${'k1=1 k2=2'}      | ${'k1=n k2=2 s=n'}
    ${'labels that were set keep their order'}       | ${[{ targetLabel: 'k2', replacement: 'n' }, { targetLabel: 'k1', replacement: 'm' }, { targetLabel: 'k2', replacement: 'o' }, { action: 'labelmap', regex: 'k.', replacement: 's' }]}                                         | ${'k1=1 k2=2 k3=3'} | ${'k1=m k2=o k3=3 s=m'}
    ${'labels that were set again come last'}        | ${[{ targetLabel: 'k2', replacement: 'n' }, { targetLabel: 'k2', replacement: '' }, { targetLabel: 'k1', replacement: 'm' }, { targetLabel: 'k2', replacement: 'o' }, { action: 'labelmap', regex: 'k.', replacement: 's' }]} | ${'k1=1 k2=2 k3=3'} | ${'k1=m k2=o k3=3 s=o'}
    ${'a labelmap does not see its own results'}     | ${[{ targetLabel: 'a', replacement: 'n' }, { action: 'labelmap', regex: '(.)', replacement: 'x$1' }]}                                                                                                                         | ${'a=1 b=2'}        | ${'a=n b=2 xa=n xb=2'}
    ${'a dropped series stays dropped'}              | ${[{ action: 'drop' }, { targetLabel: 'a', replacement: '2' }]}                                                                                                                                                               | ${'a=1'}            | ${undefined}
  `('$what', ({ rules, given, result }: RulesCase) => {
    expect(relabel(rules, given)).toBe(named(result));
  });

  it('starts each series without state', () => {
    const apply = compileRelabeling([
      { sourceLabels: ['a', 'b'], regex: '1;(.*)', targetLabel: 'n' },
      { action: 'labeldrop', regex: 'c' },
    ]);
    const given = ['a=1 b=2', 'c=3', 'a=1 b=3', 'a=2 b=3', '', 'a=1 b=2'];

    expect(given.map((labels) => toText(apply(toLabels(labels))))).toEqual(
      ['a=1 b=2 n=2', '', 'a=1 b=3 n=3', 'a=2 b=3', '', 'a=1 b=2 n=2'].map(named),
    );
  });

  it.each([
    ['without rules', []],
    ['if nothing matches', [{ sourceLabels: ['a'], regex: 'x', targetLabel: 'n' }]],
    ['if it is only filtered', [{ action: 'keep', sourceLabels: ['a'], regex: '1' } as const]],
    ['if a value does not change', [{ targetLabel: 'a', replacement: '1' }]],
    ['if a removed label does not exist', [{ action: 'labeldrop', regex: 'x' } as const]],
    ['if only __ labels are added and removed', [{ targetLabel: '__tmp', replacement: 'x' }]],
  ])('returns the same object %s', (_what, rules) => {
    const labels = toLabels('a=1 b=2');

    expect(compileRelabeling(rules)(labels)).toBe(labels);
  });

  it('removes given labels that start with __', () => {
    expect(relabel([], '__x=1 a=2')).toBe(named('a=2'));
  });

  it('drops a series without a name', () => {
    expect(compileRelabeling([])([{ name: 'a', value: '1' }])).toBeUndefined();
    expect(compileRelabeling([])([])).toBeUndefined();
  });

  it('explains why a pattern is invalid', () => {
    expect(() => compileRelabeling([{ action: 'keep', regex: '(' }])).toThrow(
      new SyntaxError('missing closing ): `^(?s:()$`'),
    );
  });

  const name = fc.constantFrom('Z', '__tmp', 'a', 'b', 'b_1', 'k', 'k1');
  const value = fc.constantFrom('a', 'Zone', 'x-y', '9', '😀', 'É', 'b_1');
  const labels = fc
    .dictionary(name, value)
    .map((set) => Object.entries({ ...set, __name__: 'up' }))
    .map((set) => sortLabels(set.map(([key, text]) => ({ name: key, value: text }))));
  const config = fc.record({
    action: fc.constantFrom(...relabelActions),
    sourceLabels: fc.array(fc.oneof(name, fc.constant('__name__')), { maxLength: 3 }),
    separator: fc.constantFrom(';', ''),
    regex: fc.constantFrom('(.*)', '(.)(.*)', '[a-z_]+', 'k(.*)', '.*(e).*', '', '__name__|a'),
    targetLabel: fc.constantFrom('a', 'n', '__tmp', 'Z'),
    replacement: fc.constantFrom('$1', '$2', 'x$1', 'const', '', '${1}_$2', 'up'),
    modulus: fc.integer({ min: 1, max: 100 }),
  });

  it('keeps the reserved names that it is given', () => {
    const keep = compileRelabeling(
      [{ targetLabel: '__tmp', replacement: 'x' }],
      new Set(['__replica__']),
    );

    expect(keep(toLabels('__replica__=1 a=2'))).toEqual(toLabels('__replica__=1 a=2'));
  });

  it('always returns sorted, unique labels without __ names', () => {
    fc.assert(
      fc.property(fc.array(config, { maxLength: 5 }), fc.array(labels), (rules, series) => {
        const apply = compileRelabeling(rules.map(withNameTemplate));
        for (const set of series) {
          const result = apply(set);
          if (result === undefined) continue;
          const names = result.map((label) => label.name);
          expect(names).toEqual([...new Set(names)].toSorted());
          expect(result.every((label) => label.value !== '')).toBe(true);
          expect(result.filter((label) => /^__(?!name__$)/.test(label.name))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on earlier series', () => {
    fc.assert(
      fc.property(fc.array(config, { maxLength: 4 }), fc.array(labels), (rules, series) => {
        const apply = compileRelabeling(rules);
        for (const set of series) expect(apply(set)).toEqual(compileRelabeling(rules)(set));
      }),
    );
  });
});

interface RuleCase {
  readonly rule: RelabelConfig;
  readonly given: string;
  readonly result: string | undefined;
}

interface RulesCase {
  readonly rules: RelabelConfig[];
  readonly given: string;
  readonly result: string | undefined;
}

/** Some targets are valid only for certain values. */
function withNameTemplate(config: RelabelConfig, index: number): RelabelConfig {
  const isTemplate = config.action === 'replace' && index % 2 === 0;
  return isTemplate ? { ...config, targetLabel: '$1' } : config;
}

function relabel(rules: readonly RelabelConfig[], given: string): string | undefined {
  return toText(compileRelabeling(rules)(toLabels(given)));
}

/** Labels as `a=1 b=2`. The name is `up` unless given. */
function named(text: string | undefined): string | undefined {
  return text === undefined ? undefined : toText(toLabels(text));
}

function toLabels(text: string): Label[] {
  const pairs = text.split(' ').filter((pair) => pair !== '');
  if (!text.includes('__name__=')) pairs.push('__name__=up');
  return sortLabels(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return { name, value };
    }),
  );
}

function toText(labels: readonly Label[] | undefined): string | undefined {
  return labels?.map(({ name, value }) => `${name}=${value}`).join(' ');
}
