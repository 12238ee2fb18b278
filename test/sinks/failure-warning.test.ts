import { describe, expect, it } from 'vitest';

import { createSender, gauges, NOW, send } from '../compliance/sender.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createClock } from '../support/remote-write/waiting-clock.ts';

const startReceiver = useReceivers();

describe('a receiver that fails', () => {
  it('causes a warning before the first retry, with the reason, the next attempt and the time left', async () => {
    const answers = [{ status: 503, body: 'read-only' }, 'reset', { status: 204 }] as const;
    const receiver = await startReceiver({ answers });
    const { runtime, slept } = createClock();
    const warnings: string[] = [];
    function warn(message: string): void {
      warnings.push(`${message} after ${slept.length} pauses`);
    }

    await send(createSender(receiver, { name: 'mimir', warn }, runtime), gauges(3));

    expect(warnings).toEqual([
      'mimir is failing: receiver answered 503 Service Unavailable: read-only; next attempt in 1s, giving up after another 120s after 0 pauses',
    ]);
  });

  it('causes another warning only after it has answered', async () => {
    const failure = { status: 503 };
    const answers = [failure, failure, { status: 204 }, failure, { status: 204 }];
    const receiver = await startReceiver({ answers });
    const warnings: string[] = [];
    const options = { warn: (message: string) => void warnings.push(message) };
    const sink = createSender(receiver, options);

    await send(sink, gauges(3));
    expect(warnings).toHaveLength(1);
    await send(sink, gauges(3), { timestampMs: NOW + 1 });

    expect(warnings).toHaveLength(2);
  });

  it('causes a warning that says so if it gets no other attempt', async () => {
    const receiver = await startReceiver({ otherwise: { status: 503 } });
    const warnings: string[] = [];
    const options = { retryBudgetMs: 0, warn: (message: string) => void warnings.push(message) };

    await send(createSender(receiver, options), gauges(3));

    expect(warnings.join()).toMatch(/503 Service Unavailable; gave up until the next push$/);
  });
});
