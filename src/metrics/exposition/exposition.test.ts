import { describe, expect, it } from 'vitest';

import { ExpositionBuffer } from './exposition-buffer.ts';
import { renderFamilyHead, renderSeries } from './exposition.ts';

const family = { name: 'm', help: 'Help with \\ and\nline end', type: 'gauge' } as const;

describe('the exposition text', () => {
  it.each`
    what                   | labels                                  | value                       | line
    ${'no labels'}         | ${[]}                                   | ${1}                        | ${'m 1'}
    ${'labels'}            | ${[{ name: 'a', value: 'x' }]}          | ${0}                        | ${'m{a="x"} 0'}
    ${'special values'}    | ${[{ name: 'a', value: 'q" b\\ n\n' }]} | ${1.5}                      | ${'m{a="q\\" b\\\\ n\\n"} 1.5'}
    ${'positive infinity'} | ${[]}                                   | ${Number.POSITIVE_INFINITY} | ${'m +Inf'}
    ${'negative infinity'} | ${[]}                                   | ${Number.NEGATIVE_INFINITY} | ${'m -Inf'}
    ${'a Unix time'}       | ${[]}                                   | ${1763766000.123}           | ${'m 1763766000.123'}
  `('writes $what', ({ line, ...series }: { line: string; labels: []; value: number }) => {
    expect(renderSeries({ family, ...series })).toBe(`${line}\n`);
  });

  it('escapes HELP texts', () => {
    expect(renderFamilyHead(family)).toBe(
      '# HELP m Help with \\\\ and\\nline end\n# TYPE m gauge\n',
    );
  });

  it('groups series by family in the given order', () => {
    const buffer = new ExpositionBuffer(['b', 'a', 'absent']);
    for (let value = 0; value < 3000; value++) {
      for (const name of ['a', 'b', 'c']) {
        buffer.add([{ family: { name, help: name, type: 'gauge' }, labels: [], value }]);
      }
    }

    const lines = Buffer.concat([...buffer.chunks()])
      .toString()
      .trimEnd()
      .split('\n');

    expect(buffer.series).toBe(9000);
    expect(lines.filter((line) => line.startsWith('# TYPE'))).toEqual([
      '# TYPE b gauge',
      '# TYPE a gauge',
      '# TYPE c gauge',
    ]);
    expect(lines.slice(2, 3002)).toEqual(Array.from({ length: 3000 }, (_, value) => `b ${value}`));
  });
});
