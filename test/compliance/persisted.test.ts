import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Answer } from '../support/fake-receiver/answer.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createSender, gauges, NOW, type SenderOptions, send, settings } from './sender.ts';

const MINUTE = 60_000;
const SERIES = 200;
const CYCLES = 12;
/** Space for some of the cycles, but not for all. */
const ROOM = 12_000;

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'kubescape-push-kept-'));
});
afterEach(async () => rm(stateDir, { recursive: true, force: true }));
// After the folder, because hooks run in reverse order.
const startReceiver = useReceivers();

describe.each(settings)('persisted samples of a sender with protocol %s', (protocol) => {
  function options(): SenderOptions {
    return { protocol, sendMetadata: false, stateDir, retryBudgetMs: 0, concurrency: 1 };
  }

  it('S5: arrive completely and oldest first when the receiver is available again', async () => {
    const otherwise = { status: 503 };
    const receiver = await startReceiver({ otherwise });

    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const sender = createSender(receiver, options());
      const { persisted, sent } = await send(sender, gauges(SERIES), at(cycle));
      expect(sent).toBe(0);
      expect(persisted).toBeGreaterThanOrEqual(SERIES);
    }
    otherwise.status = 204;
    const last = await send(createSender(receiver, options()), gauges(SERIES), at(CYCLES));

    expect(last).toMatchObject({ status: 'delivered', sent: SERIES * (CYCLES + 1), pending: 0 });
    const times = receiver.samples.map(({ timestampMs }) => timestampMs);
    expect(times).toHaveLength(SERIES * (CYCLES + 1));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('S5: are dropped, oldest first, when the space is full, and counted', async () => {
    const receiver = await startReceiver({ answers: failures(CYCLES) });
    const small = { ...options(), maxPersistedBytes: ROOM };
    const sender = createSender(receiver, small);

    for (let cycle = 0; cycle < CYCLES; cycle++) await send(sender, gauges(SERIES), at(cycle));
    const dropped = sender.counters.samplesDropped.get('size') ?? 0;
    const later = await send(createSender(receiver, options()), gauges(SERIES), at(CYCLES));

    expect(dropped).toBeGreaterThan(0);
    expect(dropped % SERIES).toBe(0);
    expect(later).toMatchObject({ status: 'delivered', sent: receiver.samples.length });
    expect(receiver.samples).toHaveLength(SERIES * (CYCLES + 1) - dropped);
    expect(receiver.samples[0]?.timestampMs).toBe(NOW + (dropped / SERIES) * MINUTE);
  });

  // The cycle that is evicted for the new one is already being sent: it is counted as dropped
  // (DiskStore, #makeRoom), and then as sent.
  it('S5: are counted once, even if they are dropped while being sent', async () => {
    const receiver = await startReceiver({ answers: failures(CYCLES) });
    const sender = createSender(receiver, { ...options(), maxPersistedBytes: ROOM });

    for (let cycle = 0; cycle <= CYCLES; cycle++) await send(sender, gauges(SERIES), at(cycle));

    const dropped = sender.counters.samplesDropped.get('size') ?? 0;
    const failed = sender.counters.samplesFailed;
    expect(receiver.samples).toHaveLength(SERIES * (CYCLES + 1) - dropped - failed);
  });

  it('S5: are dropped when they exceed the age limit, and counted', async () => {
    const receiver = await startReceiver({ answers: failures(1) });
    const aged = { ...options(), sampleAgeLimitMs: 5 * MINUTE };
    await send(createSender(receiver, aged), gauges(SERIES), { timestampMs: NOW });

    const sender = createSender(receiver, aged);
    const timestampMs = Date.now();
    const delivery = await send(sender, gauges(SERIES), { timestampMs });

    expect(delivery).toMatchObject({ status: 'delivered', sent: SERIES });
    expect(sender.counters.samplesDropped.get('age')).toBe(SERIES);
    expect(new Set(receiver.samples.map((one) => one.timestampMs))).toEqual(new Set([timestampMs]));
  });
});

/** One attempt per cycle: after it, the rest of the cycle fails. */
function failures(count: number): Answer[] {
  return Array.from({ length: count }, () => ({ status: 503 }));
}

function at(cycle: number): { readonly timestampMs: number } {
  return { timestampMs: NOW + cycle * MINUTE };
}
