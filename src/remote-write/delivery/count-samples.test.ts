import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Answer, classifyAnswer } from '../client/classify.ts';
import type { SampleCounts } from '../sample-counts.ts';
import type { ProtocolVersion } from '../wire/protocol.ts';
import { countSamples } from './count-samples.ts';

const anyAnswer = fc.record({
  status: fc.integer({ min: 200, max: 599 }),
  version: fc.constantFrom<ProtocolVersion>('1.0', '2.0'),
  samples: fc.integer({ min: 1, max: 20 }),
  samplesWritten: fc.option(
    fc.oneof(fc.integer({ min: 0, max: 25 }).map(String), fc.constantFrom('-1', '1e3', ' 3', '')),
    { nil: undefined },
  ),
  body: fc.oneof(
    fc.constantFrom('', 'out of order sample', 'user=t: err: out of bounds', 'a\nb\nc'),
    fc.string(),
  ),
});

describe('S1: countSamples', () => {
  it('never reports a success for another status, nor a count that contradicts it', () => {
    fc.assert(
      fc.property(anyAnswer, (answer) => {
        const { status, samples, samplesWritten, version } = answer;
        const counts = count(answer);
        const isSuccess = status < 300;

        expect(counts.sent + counts.rejected + counts.pending).toBe(samples);
        expect(counts.possiblyStored ?? 0).toBeLessThanOrEqual(counts.rejected);
        if (isSuccess) return;
        expect(counts.sent).toBeLessThan(samples);
        expect(counts.errors).not.toEqual([]);
        const isCounted = version === '2.0' && Number(samplesWritten) === counts.sent;
        expect(counts.sent === 0 || isCounted).toBe(true);
      }),
    );
  });

  it.each`
    what                                  | status | samplesWritten | body                                 | counts
    ${'a count below the number sent'}    | ${400} | ${'3'}         | ${''}                                | ${{ sent: 3, rejected: 2 }}
    ${'a count of all samples'}           | ${400} | ${'5'}         | ${''}                                | ${{ sent: 0, rejected: 5, possiblyStored: 5 }}
    ${'a count of more samples'}          | ${400} | ${'9'}         | ${''}                                | ${{ sent: 0, rejected: 5, possiblyStored: 5 }}
    ${'a count of 0'}                     | ${400} | ${'0'}         | ${'one reason'}                      | ${{ sent: 0, rejected: 5, possiblyStored: 5 }}
    ${'a count of 0, all samples named'}  | ${400} | ${'0'}         | ${'a\nb\nc\nd\ne\n'}                 | ${{ sent: 0, rejected: 5 }}
    ${'no count'}                         | ${400} | ${undefined}   | ${'snappy: corrupt input'}           | ${{ sent: 0, rejected: 5 }}
    ${'no count, but an ingester named'}  | ${400} | ${undefined}   | ${'code = Code(400) desc = user=t:'} | ${{ sent: 0, rejected: 5, possiblyStored: 5 }}
    ${'a conflict'}                       | ${409} | ${undefined}   | ${'out of bounds'}                   | ${{ sent: 0, rejected: 5, possiblyStored: 5 }}
    ${'missing credentials with a count'} | ${401} | ${'5'}         | ${''}                                | ${{ sent: 0, rejected: 5 }}
    ${'429 with a count of all samples'}  | ${429} | ${'5'}         | ${''}                                | ${{ sent: 0, rejected: 5 }}
    ${'a redirect with a count'}          | ${302} | ${'5'}         | ${''}                                | ${{ sent: 0, rejected: 5 }}
  `('counts $what with $status as $counts', ({ counts, ...answer }: CountCase) => {
    expect({
      possiblyStored: undefined,
      ...count({ version: '2.0', samples: 5, ...answer }),
    }).toMatchObject({
      possiblyStored: undefined,
      ...counts,
    });
  });

  it('explains a partial rejection with the reason and an example', () => {
    const body = [0, 1]
      .map((app) => `out of order sample for series {image="app${app}"}`)
      .join('\n');

    expect(
      count({ status: 400, version: '2.0', samples: 5, samplesWritten: '3', body }).errors,
    ).toEqual([
      'receiver answered 400: out of order sample for series {image="app0"} (and 1 more); wrote only 3 of 5 samples',
    ]);
  });
});

interface CountCase extends Pick<Answer, 'status' | 'samplesWritten' | 'body'> {
  readonly counts: Partial<SampleCounts>;
}

interface CountedAnswer extends Pick<Answer, 'status' | 'samplesWritten' | 'body'> {
  readonly version: ProtocolVersion;
  readonly samples: number;
}

/** Treats 429 as a rejection, as the client does for a receiver whose 429 is not retried. */
function count({ version, samples, ...answer }: CountedAnswer): SampleCounts {
  const result = classifyAnswer(
    { statusText: '', retryAfter: undefined, ...answer },
    { retryOn429: false, nowMs: 0 },
  );
  return countSamples({ version, samples, body: new Uint8Array(9) }, result);
}
