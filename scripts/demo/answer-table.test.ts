import { describe, expect, it } from 'vitest';

import { formatAnswer, indent } from './answer-table.ts';
import { QUESTIONS } from './questions.ts';

describe('formatAnswer', () => {
  it('left-aligns labels and right-aligns values', () => {
    const table = formatAnswer(
      [
        { labels: { __name__: 'up', image: 'nginx', tag: '1.27' }, value: 12 },
        { labels: { __name__: 'up', image: 'library/redis' }, value: 7 },
      ],
      80,
    );

    expect(table).toBe(
      [
        '  image          tag   value',
        '  nginx          1.27     12',
        '  library/redis            7',
      ].join('\n'),
    );
  });

  it('truncates the widest column on the left', () => {
    const table = formatAnswer(
      [{ labels: { image: 'registry.example/team/service', tag: '1.27' }, value: 12 }],
      30,
    );

    expect(table.split('\n')[1]).toBe('  …e/team/service  1.27     12');
  });

  it('formats a sample without labels', () => {
    expect(formatAnswer([{ labels: {}, value: 3 }], 80)).toBe('  value\n      3');
  });
});

describe('indent', () => {
  it.each(QUESTIONS)('keeps the query for "$title" within 80 columns', ({ promql }) => {
    const lines = indent(promql).split('\n');

    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^ {2}\S/);
  });
});
