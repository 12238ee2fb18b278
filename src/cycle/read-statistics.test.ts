import { describe, expect, it } from 'vitest';

import { isHarmless, skipReasons } from '../sources/skipped-report.ts';
import { ReadStatistics } from './read-statistics.ts';

describe('ReadStatistics', () => {
  it('starts with a count of 0 for every reason', () => {
    const statistics = new ReadStatistics();

    expect([...statistics.skipped]).toEqual(skipReasons.map((reason) => [reason, 0]));
    expect(statistics).toMatchObject({ read: 0, isIncomplete: false });
  });

  it('counts read reports, and skipped reports by reason', () => {
    const statistics = new ReadStatistics();

    statistics.countRead();
    statistics.countRead();
    for (const reason of ['empty', 'binary', 'empty'] as const) {
      statistics.countSkipped({ reason, where: 'x', message: 'y' });
    }

    expect(statistics.read).toBe(2);
    expect([...statistics.skipped].filter(([, count]) => count > 0)).toEqual([
      ['binary', 1],
      ['empty', 2],
    ]);
  });

  it.each(skipReasons)(
    'is incomplete after %s, unless that also occurs in healthy clusters',
    (reason) => {
      const statistics = new ReadStatistics();

      statistics.countSkipped({ reason, where: 'x', message: 'y' });

      expect(statistics.isIncomplete).toBe(!isHarmless(reason));
      // The series of an item without a name are unknown.
      expect(statistics.isWhole).toBe(isHarmless(reason) && reason !== 'zero_valued');
    },
  );

  it('is incomplete, but whole, after a report whose last content is used', () => {
    const statistics = new ReadStatistics();

    statistics.countSkipped({ reason: 'unreadable', where: 'x', message: 'y', isCovered: true });

    expect(statistics).toMatchObject({ isIncomplete: true, isWhole: true });
  });
});
