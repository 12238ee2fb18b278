import { describe, expect, it } from 'vitest';

import { ReadStatistics } from '../../cycle/read-statistics.ts';
import type { Delivery } from '../../sinks/sink.ts';
import type { SkipReason } from '../../sources/skipped-report.ts';
import { exitCodeOf, exitCodeOfStopped, exitCodes } from './exit-codes.ts';

interface CodeCase {
  readonly statuses: readonly Delivery['status'][];
  readonly reasons: readonly SkipReason[];
  readonly code: number;
}

interface ReadCase {
  readonly isUp: boolean;
  readonly hasGaps: boolean;
  readonly code: number;
  readonly strict: number;
}

describe('exitCodeOf', () => {
  it.each`
    what                                    | statuses                      | reasons                       | code
    ${'everything was delivered'}           | ${['delivered', 'delivered']} | ${[]}                         | ${0}
    ${'there was no receiver'}              | ${[]}                         | ${[]}                         | ${0}
    ${'only harmless reports were skipped'} | ${['delivered']}              | ${['duplicate', 'unscanned']} | ${0}
    ${'a report could not be read'}         | ${['delivered']}              | ${['truncated']}              | ${5}
    ${'a report was skipped, no receiver'}  | ${[]}                         | ${['metadata_only']}          | ${5}
    ${'one of two receivers failed'}        | ${['delivered', 'failed']}    | ${[]}                         | ${5}
    ${'the only receiver accepted a part'}  | ${['partial']}                | ${[]}                         | ${5}
    ${'one accepted a part, one nothing'}   | ${['partial', 'failed']}      | ${[]}                         | ${5}
    ${'the only receiver failed'}           | ${['failed']}                 | ${[]}                         | ${4}
    ${'every receiver failed'}              | ${['failed', 'failed']}       | ${[]}                         | ${4}
    ${'no receiver, and a report missing'}  | ${['failed']}                 | ${['truncated']}              | ${4}
  `('is $code if $what', ({ statuses, reasons, code }: CodeCase) => {
    const read = new ReadStatistics();
    for (const reason of reasons) read.countSkipped({ reason, where: 'x', message: 'y' });
    const deliveries = statuses.map(toDelivery);
    const report = { deliveries, read, kinds: [], hasGaps: read.isIncomplete };

    expect(exitCodeOf(report, false)).toBe(code);
  });

  it.each`
    what                                 | isUp     | hasGaps  | code | strict
    ${'a kind was read'}                 | ${true}  | ${false} | ${0} | ${0}
    ${'a kind is missing or forbidden'}  | ${false} | ${false} | ${0} | ${5}
    ${'a kind failed, or was up before'} | ${false} | ${true}  | ${5} | ${5}
  `('is $code if $what, and $strict if the run is strict', (row: ReadCase) => {
    const kinds = [{ kind: 'k', isUp: row.isUp, hasFailed: false }];
    const read = new ReadStatistics();
    const report = { deliveries: [], read, kinds, hasGaps: row.hasGaps };

    expect([exitCodeOf(report, false), exitCodeOf(report, true)]).toEqual([row.code, row.strict]);
  });

  it('is incomplete after harmless problems if the run is strict', () => {
    const read = new ReadStatistics();
    read.countSkipped({ reason: 'duplicate', where: 'x', message: 'y' });

    expect(exitCodeOf({ deliveries: [], read, kinds: [], hasGaps: false }, true)).toBe(5);
  });
});

describe('exitCodeOfStopped', () => {
  it.each`
    what                                 | sent         | code
    ${'nothing was sent yet'}            | ${[]}        | ${4}
    ${'no receiver accepted anything'}   | ${[0, 0]}    | ${4}
    ${'one receiver accepted something'} | ${[0, 2000]} | ${5}
  `('is $code if $what', ({ sent, code }: { sent: readonly number[]; code: number }) => {
    expect(exitCodeOfStopped(sent.map((count) => ({ sent: count })))).toBe(code);
  });
});

describe('exitCodes', () => {
  it('match the documentation', () => {
    expect(exitCodes).toEqual({
      ok: 0,
      unexpected: 1,
      usage: 2,
      sourceUnreadable: 3,
      nothingDelivered: 4,
      incomplete: 5,
      interrupted: 130,
    });
  });
});

function toDelivery(status: Delivery['status']): Delivery {
  return {
    sink: 's',
    status,
    sent: 0,
    rejected: 0,
    pending: 0,
    persisted: 0,
    retries: 0,
    bytes: 0,
    errors: [],
  };
}
