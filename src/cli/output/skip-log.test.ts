import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import type { SkippedReport } from '../../sources/skipped-report.ts';
import { SkipLog } from './skip-log.ts';

describe('SkipLog', () => {
  it('warns about missing reports, and logs harmless ones as info', () => {
    const { log, lines } = setup();

    log.add({ reason: 'binary', where: 'a.json', message: 'is a binary file' });
    log.add({ reason: 'unscanned', where: 'b.json:7', message: 'was not scanned' });

    expect(lines).toEqual([
      'warn binary a.json: is a binary file',
      'info unscanned b.json:7: was not scanned',
    ]);
  });

  it('does not repeat what the previous run logged', () => {
    const { log, lines } = setup();

    log.add({ reason: 'unreadable', where: 'a', message: 'is damaged', isKnown: true });
    log.flush();

    expect(lines).toEqual([]);
  });

  it('logs three similar reports of a file and counts the rest', () => {
    const { log, lines } = setup();

    for (let line = 1; line <= 10; line++) log.add(report('a.json', line));
    log.flush();

    expect(lines).toEqual([
      'warn unknown_kind a.json:1: Pod',
      'warn unknown_kind a.json:2: Pod',
      'warn unknown_kind a.json:3: Pod',
      'warn unknown_kind a.json: 7 more like this (unknown_kind)',
    ]);
  });

  it('counts per reason and file', () => {
    const { log, lines } = setup();

    for (const path of ['a.json', 'b.json']) {
      for (let line = 1; line <= 4; line++) {
        log.add(report(path, line));
        log.add({ ...report(path, line), reason: 'duplicate' });
      }
    }
    log.flush();

    expect(lines).toHaveLength(4 * 3 + 4);
    expect(lines.slice(-4)).toEqual([
      'warn unknown_kind a.json: 1 more like this (unknown_kind)',
      'info duplicate a.json: 1 more like this (duplicate)',
      'warn unknown_kind b.json: 1 more like this (unknown_kind)',
      'info duplicate b.json: 1 more like this (duplicate)',
    ]);
  });

  it.each([0, 1, 3])('adds nothing after %i similar reports', (count) => {
    const { log, lines } = setup();

    for (let line = 1; line <= count; line++) log.add(report('a.json', line));
    log.flush();

    expect(lines).toHaveLength(count);
  });

  it('logs the count once', () => {
    const { log, lines } = setup();

    for (let line = 1; line <= 4; line++) log.add(report('a.json', line));
    log.flush();
    log.flush();

    expect(lines).toHaveLength(4);
  });
});

const LogLine = z.object({ level: z.string(), reason: z.string(), msg: z.string() });

/** A log whose lines are `<level> <reason> <message>`. */
function setup() {
  const lines: string[] = [];
  const formatters = { level: (level: string) => ({ level }) };
  const logger = pino(
    { base: null, timestamp: false, formatters },
    {
      write(text: string) {
        const { level, reason, msg } = LogLine.parse(JSON.parse(text));
        lines.push(`${level} ${reason} ${msg}`);
      },
    },
  );
  return { log: new SkipLog(logger), lines };
}

function report(path: string, line: number): SkippedReport {
  return { reason: 'unknown_kind', where: `${path}:${line}`, message: 'Pod' };
}
