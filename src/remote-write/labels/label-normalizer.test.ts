import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Label } from '../time-series.ts';
import { type LabelLimits, LabelNormalizer } from './label-normalizer.ts';
import { isUtf8Name, sortLabels } from './labels.ts';

const untouched = { renamed: 0, truncated: 0, dropped: 0, excess: 0 };
const up: Pair = ['__name__', 'up'];

type Pair = readonly [name: string, value: string];

describe('E3: the order of labels', () => {
  it('is by bytes: upper case, __name__, lower case', () => {
    expect(normalize([['a', '1'], up, ['_x', '2'], ['Zone', 'z']])).toEqual({
      pairs: [['Zone', 'z'], up, ['_x', '2'], ['a', '1']],
      counts: untouched,
    });
  });
});

describe('E4: labels without a name or a value', () => {
  it.each`
    what                                 | given                           | pairs               | dropped
    ${'removes an empty value'}          | ${[up, ['a', '']]}              | ${[up]}             | ${0}
    ${'drops an empty name'}             | ${[['', 'x'], up]}              | ${[up]}             | ${1}
    ${'keeps one label of each name'}    | ${[up, ['a', '2'], ['a', '1']]} | ${[up, ['a', '1']]} | ${1}
    ${'prefers a value to an empty one'} | ${[up, ['a', ''], ['a', '1']]}  | ${[up, ['a', '1']]} | ${0}
    ${'keeps one metric name'}           | ${[['__name__', 'z'], up]}      | ${[up]}             | ${1}
  `('$what', ({ given, pairs, dropped }: { given: Pair[]; pairs: Pair[]; dropped: number }) => {
    expect(normalize(given)).toEqual({ pairs, counts: { ...untouched, dropped } });
  });
});

describe('E5: names', () => {
  it.each(['app.kube/x-y', 'a:b', '9a', 'été', '😀', '--x'])(
    'of labels may be any text: %s',
    (name) => {
      const { pairs, counts } = normalize([up, [name, 'x']]);

      expect(pairs).toContainEqual([name, 'x']);
      expect(counts).toEqual(untouched);
    },
  );

  it('become valid Unicode', () => {
    expect(
      normalize([
        ['__name__', 'a\ud800'],
        ['b\udc00', 'x'],
      ]),
    ).toEqual({
      pairs: [
        ['__name__', 'a\ufffd'],
        ['b\ufffd', 'x'],
      ],
      counts: { ...untouched, renamed: 2 },
    });
  });

  it('are sorted by bytes, which differs from UTF-16 beyond U+FFFF', () => {
    const pairs: Pair[] = [up, ['\uff61', '1'], ['\u{10000}', '2']];

    expect(normalize(pairs.toReversed()).pairs).toEqual(pairs);
  });

  it.each(['__replica__', '__tmp-x', '__'])('in __ are dropped: %s', (name) => {
    expect(normalize([up, [name, 'r'], ['a', '1']])).toEqual({
      pairs: [up, ['a', '1']],
      counts: { ...untouched, dropped: 1 },
    });
  });

  it('in __ are kept if the configuration adds them', () => {
    const pairs: Pair[] = [up, ['__replica__', 'r']];

    expect(normalize(pairs, { reservedNames: new Set(['__replica__']) })).toEqual({
      pairs,
      counts: untouched,
    });
  });
});

describe('E6: values', () => {
  it.each`
    what                                          | value                        | cleaned                  | truncated
    ${'at the limit are kept'}                    | ${'x'.repeat(16)}            | ${'x'.repeat(16)}        | ${0}
    ${'over the limit are truncated'}             | ${'x'.repeat(17)}            | ${'x'.repeat(16)}        | ${1}
    ${'are truncated before a character'}         | ${`${'x'.repeat(15)}ü`}      | ${'x'.repeat(15)}        | ${1}
    ${'are truncated before an emoji'}            | ${`${'x'.repeat(13)}😀`}     | ${'x'.repeat(13)}        | ${1}
    ${'keep an emoji that fits'}                  | ${`${'x'.repeat(12)}😀`}     | ${`${'x'.repeat(12)}😀`} | ${0}
    ${'contain no lone high surrogate'}           | ${'a\ud83d b'}               | ${'a\ufffd b'}           | ${0}
    ${'contain no lone low surrogate'}            | ${'\ude00'}                  | ${'\ufffd'}              | ${0}
    ${'are truncated after replacing surrogates'} | ${`${'x'.repeat(14)}\ud83d`} | ${'x'.repeat(14)}        | ${1}
  `('$what', ({ value, cleaned, truncated }: ValueCase) => {
    expect(normalize([up, ['a', value]], { maxValueBytes: 16 })).toEqual({
      pairs: [up, ['a', cleaned]],
      counts: { ...untouched, truncated },
    });
  });

  it('of metric names are truncated', () => {
    const name = 'n'.repeat(20);

    expect(normalize([['__name__', name]], { maxValueBytes: 16 }).pairs).toEqual([
      ['__name__', 'n'.repeat(16)],
    ]);
  });

  it('are removed if nothing is left', () => {
    expect(normalize([up, ['a', '😀']], { maxValueBytes: 3 }).pairs).toEqual([up]);
  });

  it('are counted each time they are truncated', () => {
    const normalizer = new LabelNormalizer({ maxLabels: 9, maxValueBytes: 4 });
    const labels = toLabels([up, ['a', 'long one'], ['b', 'long too']]);
    for (let series = 0; series < 3; series++) normalizer.normalize(labels);

    expect(normalizer.counts.truncated).toBe(6);
  });
});

describe('E7: the number of labels', () => {
  const labels: Pair[] = [['A', '1'], up, ['b', '2'], ['c', '3'], ['d', '4']];

  it('may reach the limit', () => {
    expect(normalize(labels, { maxLabels: 5 })).toEqual({ pairs: labels, counts: untouched });
  });

  it.each`
    what                                  | own                | maxLabels | names
    ${'drops the last label'}             | ${undefined}       | ${4}      | ${['A', '__name__', 'b', 'c']}
    ${'keeps the metric name'}            | ${undefined}       | ${1}      | ${['__name__']}
    ${'drops added labels first'}         | ${['b', 'd']}      | ${3}      | ${['__name__', 'b', 'd']}
    ${'drops the last added label first'} | ${['d']}           | ${4}      | ${['A', '__name__', 'b', 'd']}
    ${'then drops own labels'}            | ${['b', 'c', 'd']} | ${2}      | ${['__name__', 'b']}
  `('never exceeds the limit: $what', ({ own, maxLabels, names }: LimitCase) => {
    const { pairs, counts } = normalize(labels, { maxLabels }, own);

    expect(pairs.map(([name]) => name)).toEqual(names);
    expect(counts).toEqual({ ...untouched, excess: labels.length - maxLabels });
  });

  it('does not count removed labels', () => {
    const given: Pair[] = [...labels, ['e', ''], ['__x', '1']];

    expect(normalize(given, { maxLabels: 5 }).pairs).toEqual(labels);
  });
});

describe('LabelNormalizer', () => {
  const name = fc.oneof(
    fc.constantFrom('__name__', 'a', 'a_b', 'a.b', 'B', '__x', '', '9', '_', 'é'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  const value = fc.oneof(
    fc.constantFrom('', 'x', '9-a', 'long value', '😀😀'),
    fc.string({ unit: 'binary', maxLength: 9 }),
  );
  const series = fc
    .array(fc.tuple(name, value), { maxLength: 8 })
    .map((pairs) => toLabels([...pairs, up]));
  const limits = { maxLabels: 5, maxValueBytes: 8 };

  it('always makes series that receivers accept', () => {
    const kept = new LabelNormalizer(limits);

    fc.assert(
      fc.property(series, (labels) => {
        const normal = kept.normalize(labels);
        const names = normal.map((label) => label.name);
        expect(normal).toEqual(sortLabels(normal));
        expect(names).toEqual([...new Set(names)]);
        expect(names.every((one) => isUtf8Name(one))).toBe(true);
        expect(normal.length).toBeLessThanOrEqual(5);
        for (const label of normal) {
          expect(Buffer.byteLength(label.value)).toBeLessThanOrEqual(8);
          expect(Buffer.from(label.value).toString()).toBe(label.value);
          expect(label.name).toMatch(/^(?!__(?!name__$))/);
        }
        expect(toPairs(normal)).toEqual(toPairs(new LabelNormalizer(limits).normalize(labels)));
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of the labels', () => {
    fc.assert(
      fc.property(series, (labels) => {
        const normalizer = new LabelNormalizer(limits);
        expect(normalizer.normalize(labels.toReversed())).toEqual(normalizer.normalize(labels));
      }),
    );
  });

  it('changes and counts nothing in labels that are normal', () => {
    fc.assert(
      fc.property(series, (labels) => {
        const normal = new LabelNormalizer(limits).normalize(labels);
        const again = new LabelNormalizer(limits);
        expect(toPairs(again.normalize(normal))).toEqual(toPairs(normal));
        expect(again.counts).toEqual(untouched);
      }),
    );
  });
});

interface ValueCase {
  readonly value: string;
  readonly cleaned: string;
  readonly truncated: number;
}

interface LimitCase {
  readonly own: string[] | undefined;
  readonly maxLabels: number;
  readonly names: string[];
}

function normalize(
  pairs: readonly Pair[],
  limits: Partial<LabelLimits> = {},
  own?: readonly string[],
): { pairs: Pair[]; counts: LabelNormalizer['counts'] } {
  const normalizer = new LabelNormalizer({ maxLabels: 30, maxValueBytes: 1024, ...limits });
  const labels = normalizer.normalize(
    toLabels(pairs),
    own?.map((one) => ({ name: one, value: 'x' })),
  );
  return { pairs: toPairs(labels), counts: normalizer.counts };
}

function toPairs(labels: readonly Label[]): Pair[] {
  return labels.map(({ name, value }) => [name, value]);
}

function toLabels(pairs: readonly Pair[]): Label[] {
  return pairs.map(([name, value]) => ({ name, value }));
}

describe('E3: a series after any other ones', () => {
  it('is normalized as if it were the first', () => {
    const name = fc.constantFrom('__name__', 'a', 'b', 'c', 'x', 'y', 'Z', '9');
    const label = fc.record({ name, value: fc.constantFrom('', '1', 'up') });
    fc.assert(
      fc.property(fc.array(fc.array(label, { maxLength: 4 }), { maxLength: 8 }), (all) => {
        const limits = { maxLabels: 3, maxValueBytes: 100 };
        const one = new LabelNormalizer(limits);

        for (const labels of all) {
          const alone = new LabelNormalizer(limits).normalize(labels);
          expect(toPairs(one.normalize(labels))).toEqual(toPairs(alone));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['that was out of order', ['x', 'y', 'b']],
    ['that was shorter', ['x', 'y']],
  ])('is sorted after one %s', (_, second) => {
    const one = new LabelNormalizer({ maxLabels: 9, maxValueBytes: 100 });
    const names = [['a', 'b', 'c'], second, ['x', 'y', 'c']];
    const sets = names.map((some) => some.map((name) => ({ name, value: '1' })));

    const normalized = sets.map((labels) => one.normalize(labels).map(({ name }) => name));

    expect(normalized[2]).toEqual(['c', 'x', 'y']);
  });
});
