import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';

import { createSource, cycle, toKinds } from '../../../test/support/agent/fake-cycle.ts';
import type { CycleResult } from '../../cycle/cycle-result.ts';
import type { Delivery } from '../../sinks/sink.ts';
import { SourceError } from '../../sources/scan-source.ts';
import { AgentLog } from './agent-log.ts';

const NEXT = Date.parse('2026-06-01T12:30:00Z');
const facts = { trigger: 'schedule', tookMs: 1500, amount: { bytes: 0 }, isStrict: false } as const;

let lines: Record<string, unknown>[];
let stop: AbortController;
let log: AgentLog;
let create: (strict: boolean) => AgentLog;

beforeEach(() => {
  lines = [];
  stop = new AbortController();
  const formatters = { level: (level: string) => ({ level }) };
  const logger = pino(
    { base: null, timestamp: false, formatters },
    {
      write(text: string) {
        const entry: unknown = JSON.parse(text);
        lines.push(typeof entry === 'object' && entry !== null ? { ...entry } : {});
      },
    },
  );
  create = (strict) =>
    new AgentLog(logger, {
      config: { strict, log: { level: 'info', format: 'json' } },
      signal: stop.signal,
    });
  log = create(false);
});

function failed(error: unknown): CycleResult {
  return { status: 'failed', failure: { error, deliveries: [], selfReport: undefined } };
}

function delivery(status: Delivery['status'], errors: readonly string[] = []): Delivery {
  return {
    sink: 'mimir',
    status,
    sent: 0,
    rejected: 7,
    pending: 0,
    persisted: 0,
    retries: 0,
    bytes: 0,
    errors,
  };
}

describe('a completed cycle', () => {
  it.each`
    kinds          | isStrict | line
    ${['a', 'b']}  | ${true}  | ${'info cycle done'}
    ${['a', '-b']} | ${false} | ${'info cycle done'}
    ${['a', '-b']} | ${true}  | ${'warn cycle incomplete'}
    ${['a', '!b']} | ${false} | ${'warn cycle incomplete'}
  `('of $kinds is logged as $line, strict: $isStrict', async (row: DoneCase) => {
    const report = await cycle({ source: createSource({ kinds: toKinds(row.kinds) }) });
    log = create(row.isStrict);
    log.cycleEnded({ status: 'done', report }, facts);
    log.cyclePlanned(NEXT);

    expect(lines.map(({ level, msg }) => `${String(level)} ${String(msg)}`)).toEqual([row.line]);
  });
});

interface DoneCase {
  readonly kinds: readonly string[];
  readonly isStrict: boolean;
  readonly line: string;
}

describe('a failed cycle', () => {
  it('is logged in one line with the time of the next one', () => {
    log.cycleEnded(failed(new SourceError('the server is away')), facts);
    log.cyclePlanned(NEXT);
    log.cyclePlanned(NEXT);

    expect(lines).toEqual([
      {
        level: 'error',
        trigger: 'schedule',
        seconds: 1.5,
        next: '2026-06-01T12:30:00.000Z',
        error: 'the server is away',
        msg: 'cycle failed',
      },
    ]);
  });

  it('shows the stack of an unexpected error', () => {
    log.cycleEnded(failed(new TypeError('x is not a function')), facts);
    log.cyclePlanned(NEXT);

    expect(lines[0]).toMatchObject({ level: 'error', err: { type: 'TypeError' } });
  });

  it('is not an error if the agent was stopped', () => {
    stop.abort();
    log.cycleEnded(failed(new SourceError('aborted')), facts);
    log.cyclePlanned(NEXT);

    expect(lines).toEqual([expect.objectContaining({ level: 'info', msg: 'cycle stopped' })]);
  });
});

describe('resends', () => {
  it('that fail are logged once, and again when they succeed', () => {
    for (const status of ['failed', 'failed', 'partial', 'delivered', 'delivered'] as const) {
      log.resent([delivery(status, ['status 503'])]);
    }

    expect(lines.map(({ level, msg }) => `${String(level)} ${String(msg)}`)).toEqual([
      'warn could not resend values',
      'info receiver is available again',
    ]);
    expect(lines[0]).toMatchObject({ sink: 'mimir', errors: ['status 503'] });
  });

  it('log the warnings of receivers', () => {
    log.resent([{ ...delivery('delivered'), warnings: ['the disk is full'] }]);

    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', msg: 'mimir: the disk is full', sink: 'mimir' }),
    ]);
  });

  it('of results that are too old are omitted with a warning', () => {
    log.resultsExpired(49 * 3_600_000);

    expect(lines[0]).toMatchObject({ level: 'warn', hours: 49 });
  });
});
