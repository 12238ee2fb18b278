import { afterEach, describe, expect, it } from 'vitest';

import { exitCodeOf } from '../../src/cli/run/exit-codes.ts';
import { ReadStatistics } from '../../src/cycle/read-statistics.ts';
import type { Delivery } from '../../src/sinks/sink.ts';
import { recordedAnswers, type RecordedAnswer } from '../support/recorded-answers/captures.ts';
import { type Outcome, outcomes } from '../support/recorded-answers/outcomes.ts';
import { type Replay, startReplay } from '../support/recorded-answers/replay.ts';
import { createSender, gauges, NOW, send } from './sender.ts';

const replays: Replay[] = [];
afterEach(async () => {
  await Promise.all(replays.splice(0).map(async (one) => one.close()));
});

describe.skipIf(recordedAnswers.missing)(`recorded responses${recordedAnswers.note}`, () => {
  it('all have an expected outcome', () => {
    const recorded = recordedAnswers.all.map(({ name }) => name);

    expect([...outcomes.keys()].toSorted()).toEqual(recorded.toSorted());
  });

  it.each(recordedAnswers.all)('S1: $name is reported as what the receiver stored', async (one) => {
    const { delivery, counters } = await replay(one);
    const expected = outcomes.get(one.name);

    expect(describeDelivery(delivery)).toEqual({ ...expected, exitCode: exitCodeFor(expected) });
    expect(exitCodeOfPush(delivery)).toBe(exitCodeFor(expected));
    expect(counters).toMatchObject({
      samplesSent: delivery.sent,
      samplesFailed: one.samples - delivery.sent,
      lastSuccessMs: delivery.status === 'delivered' ? NOW : undefined,
    });
    const isUnclear = expected?.possiblyStored !== 0;
    expect(delivery.errors.join().includes('possibly stored in part')).toBe(isUnclear);
    expect(delivery.errors.length > 0).toBe(delivery.status !== 'delivered');
  });
});

/**
 * Sends what the recorded request contained, and answers it with the recorded response. A receiver that
 * answers 415 to 2.0 accepts 1.0.
 */
async function replay({ name, message, samples, bytes }: RecordedAnswer) {
  const success = `${name.split('/', 1).join()}/02-success-1.0.http`;
  const accepted = recordedAnswers.all.find((one) => one.name === success)?.bytes ?? bytes;
  const lacksV2 = message === '2.0' && bytes.toString().includes(' 415 ');
  const started = await startReplay((protocol) =>
    lacksV2 && protocol === '1.0' ? accepted : bytes,
  );
  replays.push(started);
  const sink = createSender(started, {
    protocol: message === '1.0' ? '1.0' : 'auto',
    sendMetadata: false,
    maxSamplesPerSend: samples,
    maxBytesPerSend: 2 ** 25,
  });
  const delivery = await send(sink, gauges(samples));
  return { delivery, counters: sink.counters };
}

function describeDelivery(delivery: Delivery): Outcome & { readonly exitCode: number } {
  const { sent, rejected, pending, possiblyStored = 0 } = delivery;
  return { sent, rejected, pending, possiblyStored, exitCode: exitCodeOfPush(delivery) };
}

function exitCodeOfPush(delivery: Delivery): number {
  const read = new ReadStatistics();
  return exitCodeOf({ deliveries: [delivery], read, kinds: [], hasGaps: false }, false);
}

/** 4 if the receiver certainly has nothing, 5 if something is missing. */
function exitCodeFor({ sent, rejected, pending, possiblyStored }: Outcome = noOutcome): number {
  if (sent + possiblyStored === 0) return 4;
  return rejected + pending > 0 ? 5 : 0;
}

const noOutcome: Outcome = { sent: 0, rejected: 0, pending: 0, possiblyStored: 0 };
