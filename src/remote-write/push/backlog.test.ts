import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { useCycleFolder } from '../../../test/support/remote-write/cycle-folder.ts';
import { DOWN, history, push, setup } from '../../../test/support/remote-write/push-lab.ts';
import { type WriteClient, WriteError } from '../client/write-client.ts';
import { ProtocolChoice } from '../delivery/protocol-choice.ts';
import { snappyJs } from '../wire/compress.ts';
import { protocols } from '../wire/protocols.ts';

const names = Array.from({ length: 30 }, (_, i) => `s${i}`);

const folder = useCycleFolder();

describe('O2: a backlog that fills its store', () => {
  it.each(Array.from({ length: 20 }, (_, i) => 2500 + 200 * i))(
    'is sent in order even if its oldest cycle is evicted meanwhile, at %i bytes',
    async (limit) => {
      const { receiver, model } = setup({ store: folder.open(limit), wrap: slow });
      model.fail(DOWN);
      for (const at of [1, 2, 3, 4]) await push(receiver, at, names);
      model.heal();
      await push(receiver, 5, names);
      await push(receiver, 6, names);

      expect(model.violations).toEqual([]);
      expect(model.history.get('s0')?.at(-1)?.timestampMs).toBe(6);
    },
  );
});

describe('H11: a receiver that answers 5xx to pending samples forever', () => {
  it('gets newer samples once the age limit drops the rejected ones', async () => {
    const dropped: string[] = [];
    let nowMs = 0;
    const { receiver, model } = setup({
      store: folder.open(),
      wrap: failing((at) => at === 1),
      choice: new ProtocolChoice('2.0'),
      sampleAgeLimitMs: 3,
      now: () => nowMs,
      onDropped: (reason, samples) => dropped.push(`${reason}: ${samples}`),
    });

    const sent = [];
    for (nowMs = 1; nowMs <= 6; nowMs++) {
      sent.push((await push(receiver, nowMs, ['a', 'b'])).sent);
    }

    expect(sent).toEqual([0, 0, 0, 0, 8, 2]);
    expect(dropped).toEqual(['age: 2']);
    expect(model.violations).toEqual([]);
    expect(history(model, 'a')).toEqual(['2: 2', '3: 3', '4: 4', '5: 5', '6: 6']);
    expect(receiver.options.store.pending).toEqual([]);
  });

  it('gets newer samples once the size limit evicts the rejected ones', async () => {
    const dropped: string[] = [];
    const { receiver, model } = setup({
      store: folder.open(2500),
      wrap: failing((at) => at === 1),
      choice: new ProtocolChoice('2.0'),
      onDropped: (reason) => dropped.push(reason),
    });

    for (let at = 1; at <= 12; at++) await push(receiver, at, names);

    expect(new Set(dropped)).toEqual(new Set(['size']));
    expect(model.violations).toEqual([]);
    expect(model.history.get('s0')?.at(-1)?.timestampMs).toBe(12);
  });
});

const answer500 = {
  status: 'retryable',
  error: new WriteError('receiver answered 500: too old sample', { httpStatus: 500 }),
} as const;

/** Prometheus before 2.50 answers 500 to samples that are too old. */
function failing(isTooOld: (timestampMs: number) => boolean) {
  return (client: WriteClient): WriteClient => ({
    async write(body, options) {
      const series = protocols['2.0'].decode(snappyJs.uncompress(body));
      if (series.some(({ timestampMs }) => isTooOld(timestampMs))) return answer500;
      return client.write(body, options);
    },
  });
}

/** Makes a client slower than the cycle that needs the space. */
function slow(client: WriteClient): WriteClient {
  return {
    async write(body, options) {
      for (let i = 0; i < 6; i++) await nextTurn();
      return client.write(body, options);
    },
  };
}
