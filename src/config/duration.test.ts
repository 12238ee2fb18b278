import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Duration } from './duration.ts';

describe('Duration', () => {
  it.each`
    text                 | ms
    ${'500ms'}           | ${500}
    ${'30s'}             | ${30_000}
    ${'5m'}              | ${300_000}
    ${'2h'}              | ${7_200_000}
    ${'1d'}              | ${86_400_000}
    ${'1w'}              | ${604_800_000}
    ${'1y'}              | ${31_536_000_000}
    ${'1h30m'}           | ${5_400_000}
    ${'1m1ms'}           | ${60_001}
    ${'1y1w1d1h1m1s1ms'} | ${32_230_861_001}
    ${'0s'}              | ${0}
    ${'090s'}            | ${90_000}
  `('reads $text as $ms ms', ({ text, ms }: { text: string; ms: number }) => {
    expect(Duration.parse(text)).toBe(ms);
  });

  it.each([
    '',
    '30',
    's',
    '-1s',
    '1.5s',
    '30 s',
    '1s1m',
    '1m1m',
    '30S',
    '1M',
    '5min',
    '1ns',
    ' 1s',
  ])('rejects %o', (text) => {
    expect(messagesOf(text)).toContain('must be a duration such as 30s, 5m or 1h30m');
  });

  it.each([30, null, true])('rejects %o, which is not text', (value) => {
    expect(Duration.safeParse(value).success).toBe(false);
  });

  it('adds up the parts, whatever they are', () => {
    const part = fc.nat({ max: 999 });
    fc.assert(
      fc.property(fc.tuple(part, part, part, part), ([hours, minutes, seconds, ms]) => {
        const text = `${hours}h${minutes}m${seconds}s${ms}ms`;

        expect(Duration.parse(text)).toBe(((hours * 60 + minutes) * 60 + seconds) * 1000 + ms);
      }),
    );
  });
});

function messagesOf(value: unknown): string[] {
  return (Duration.safeParse(value).error?.issues ?? []).map(({ message }) => message);
}
