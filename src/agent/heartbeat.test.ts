import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { judgeLiveness, judgeReadiness } from './health.ts';
import { type Heartbeat, HeartbeatFile, readHeartbeat } from './heartbeat.ts';

const NOW = 1_700_000_000_000;
const beat: Heartbeat = { pid: 7, turnMs: NOW, nextCycleMs: NOW + 1000, intervalMs: 1_800_000 };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'heartbeat-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('HeartbeatFile', () => {
  it('contains the last heartbeat until it is closed', async () => {
    const path = join(dir, 'beat');
    const file = new HeartbeatFile(path, expect.unreachable);
    for (let i = 0; i < 100; i++) file.beat({ ...beat, turnMs: NOW + i });

    await vi.waitFor(async () => expect((await readHeartbeat(path)).turnMs).toBe(NOW + 99));
    await file.close();
    file.beat(beat);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('reports a failed write once', async () => {
    const reasons: string[] = [];
    const file = new HeartbeatFile(join(dir, 'missing', 'beat'), (text) => reasons.push(text));
    file.beat(beat);
    file.beat(beat);
    await file.close();

    expect(reasons).toEqual([expect.stringContaining('ENOENT')]);
  });

  it.each([
    '',
    'null',
    '{}',
    '{"pid":1}',
    '[]',
    `{"pid":"x","turnMs":1,"nextCycleMs":1,"intervalMs":1}`,
  ])('rejects a file that contains %s', async (text) => {
    writeFileSync(join(dir, 'beat'), text);

    await expect(readHeartbeat(join(dir, 'beat'))).rejects.toThrow(/heartbeat|JSON/);
  });
});

describe('judgeLiveness', () => {
  it.each([
    [0, true],
    [90, true],
    [91, false],
  ])('with a heartbeat %d s ago is %s', (seconds, isFine) => {
    expect(judgeLiveness(beat, NOW + seconds * 1000).isFine).toBe(isFine);
  });

  it('reports the age of the last heartbeat', () => {
    expect(judgeLiveness(beat, NOW + 300_000).sentence).toBe('not alive (last heartbeat 300s ago)');
  });
});

describe('judgeReadiness', () => {
  it.each([
    [0, true],
    [3600, true],
    [3601, false],
  ])('with a read %d s ago and an interval of half an hour is %s', (age, isFine) => {
    expect(judgeReadiness({ ...beat, lastReadMs: NOW }, NOW + age * 1000).isFine).toBe(isFine);
  });

  it.each`
    lastDeliveryMs     | sentence
    ${null}            | ${'not ready (no receiver has accepted samples yet)'}
    ${NOW - 3_601_000} | ${'not ready (last delivery 3601s ago, limit 3600s)'}
    ${NOW - 3_600_000} | ${'ready (last read 0s ago)'}
    ${undefined}       | ${'ready (last read 0s ago)'}
  `('takes delivery into account: $sentence', ({ lastDeliveryMs, sentence }: DeliveryCase) => {
    const heartbeat = { ...beat, lastReadMs: NOW, lastDeliveryMs };

    expect(judgeReadiness(heartbeat, NOW).sentence).toBe(sentence);
  });

  it('is negative before the first read', () => {
    expect(judgeReadiness(beat, NOW)).toEqual({
      isFine: false,
      sentence: 'not ready (no scan results read yet)',
    });
  });
});

interface DeliveryCase {
  readonly lastDeliveryMs: number | null | undefined;
  readonly sentence: string;
}
