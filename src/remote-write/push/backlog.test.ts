import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { useCycleFolder } from '../../../test/support/remote-write/cycle-folder.ts';
import { DOWN, history, push, repeat, setup } from '../../../test/support/remote-write/push-lab.ts';
import { type WriteClient, WriteError } from '../client/write-client.ts';
import { snappyJs } from '../wire/compress.ts';
import { protocols } from '../wire/protocols.ts';

const names = Array.from({ length: 30 }, (_, i) => `s${i}`);

const folder = useCycleFolder();

describe('O2: a backlog that fills its store', () => {
  it.each(Array.from({ length: 20 }, (_, i) => 2500 + 200 * i))(
    'is sent in order although its oldest cycle is given up on the way, at %i bytes',
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

describe('H11: a receiver that answers 5xx to what is kept, for ever', () => {
  it('gets what is newer in the fourth push, and what it never takes is given up', async () => {
    const { receiver, model } = setup({ store: folder.open(), wrap: refusing((at) => at === 1) });

    const reports = [];
    for (let at = 1; at <= 5; at++) reports.push((await push(receiver, at, ['a', 'b'])).results);

    expect(reports.map(({ sentSamples }) => sentSamples)).toEqual([0, 0, 0, 6, 2]);
    expect(reports.map(({ refusedSamples }) => refusedSamples)).toEqual([0, 0, 0, 2, 0]);
    expect(reports.map(({ waitingSamples }) => waitingSamples)).toEqual([2, 4, 6, 0, 0]);
    expect(reports[3]?.errors.join()).toContain('too old sample');
    expect(model.violations).toEqual([]);
    expect(history(model, 'a')).toEqual(['2: 2', '3: 3', '4: 4', '5: 5']);
    expect(receiver.options.store.unsettled).toEqual([]);
  });

  it('gets the present values although it takes nothing at all that is kept', async () => {
    let newest = 0;
    const wrap = refusing((at) => isDown || at < newest);
    let isDown = true;
    const { receiver, model } = setup({ store: folder.open(), wrap });

    for (newest = 1; newest <= 20; newest++) await push(receiver, newest, ['a', 'b']);
    isDown = false;
    const back = (await push(receiver, newest, ['a', 'b'])).results;
    const left = receiver.options.store.unsettled.length;
    const next = (await push(receiver, ++newest, ['a', 'b'])).results;

    // Ten in a row are enough for one push.
    expect(back).toMatchObject({ sentSamples: 2, refusedSamples: 20, waitingSamples: 20 });
    expect(left).toBe(10);
    expect(next).toMatchObject({ sentSamples: 2, refusedSamples: 20, waitingSamples: 0 });
    expect(history(model, 'a')).toEqual(['21: 21', '22: 22']);
  });

  it('gets repetitions, too', async () => {
    const { receiver, model } = setup({ store: folder.open(), wrap: refusing((at) => at === 1) });
    for (let at = 1; at <= 3; at++) await push(receiver, at, ['a', 'b']);

    const { results, own } = await repeat(receiver, 4);

    expect(results).toMatchObject({ sentSamples: 6, refusedSamples: 2, waitingSamples: 0 });
    expect(own.sentSamples).toBe(1);
    expect(history(model, 'a')).toEqual(['2: 2', '3: 3', '4: 3']);
  });

  it('is told what the sender says of itself when all that is kept is given up', async () => {
    let newest = 0;
    const wrap = refusing((at) => newest < 4 || at < newest);
    const { receiver, model } = setup({ store: folder.open(), wrap });
    for (newest = 1; newest <= 3; newest++) await push(receiver, newest, ['a']);

    const { results, own } = await repeat(receiver, newest);

    expect(results).toMatchObject({ sentSamples: 1, refusedSamples: 3, waitingSamples: 0 });
    expect(own.sentSamples).toBe(1);
    expect(history(model, 'a')).toEqual(['4: 3']);
  });

  it.each([
    ['is answered with 5xx', answer500, 20],
    ['has no answer', noAnswer, 8],
    ['is told to come back later', { ...answer500, retryAfterMs: 1000 }, 8],
  ] as const)('loses nothing while whatever it is sent %s', async (_, answer, most) => {
    let isDown = true;
    let requests = 0;
    function wrap(client: WriteClient): WriteClient {
      return {
        async write(body, options) {
          requests++;
          return isDown ? answer : client.write(body, options);
        },
      };
    }
    const { receiver, model } = setup({ store: folder.open(), wrap });
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (let at = 1; at <= 20; at++) {
      requests = 0;
      expect((await push(receiver, at, keys)).results).toMatchObject({
        sentSamples: 0,
        refusedSamples: 0,
        waitingSamples: 6 * at,
      });
    }
    // Two at a time with their retries; ten that are set aside, and two at a time of the present.
    expect(requests).toBeLessThanOrEqual(most);
    isDown = false;

    expect((await push(receiver, 21, keys)).results).toMatchObject({ sentSamples: 6 * 21 });
    expect(model.violations).toEqual([]);
    for (const key of keys) expect(model.history.get(key)).toHaveLength(21);
  });

  it('keeps what it does not answer any more when it is asked once more', async () => {
    let oldRequests = 0;
    function wrap(client: WriteClient): WriteClient {
      return {
        async write(body, options) {
          const series = protocols['2.0'].decode(snappyJs.uncompress(body));
          if (series.every(({ timestampMs }) => timestampMs > 1))
            return client.write(body, options);
          // In each of four pushes three for the budget, and one that is set aside at the end.
          return ++oldRequests <= 13 ? answer500 : noAnswer;
        },
      };
    }
    const { receiver } = setup({ store: folder.open(), wrap });
    for (let at = 1; at <= 3; at++) await push(receiver, at, ['a', 'b']);

    const { results } = await push(receiver, 4, ['a', 'b']);

    expect(oldRequests).toBe(14);
    expect(results).toMatchObject({ sentSamples: 6, refusedSamples: 0, waitingSamples: 2 });
  });

  it('loses nothing if it comes back while it is found out', async () => {
    let toFail = Infinity;
    function wrap(client: WriteClient): WriteClient {
      return {
        write: async (body, options) => (toFail-- > 0 ? answer500 : client.write(body, options)),
      };
    }
    const { receiver, model } = setup({ store: folder.open(), wrap, concurrency: 1 });
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (let at = 1; at <= 3; at++) await push(receiver, at, keys);
    // Three for the budget, and the first that is set aside.
    toFail = 4;

    const { results } = await push(receiver, 4, keys);

    expect(results).toMatchObject({ sentSamples: 24, refusedSamples: 0, waitingSamples: 0 });
    expect(model.violations).toEqual([]);
    for (const key of keys) expect(history(model, key)).toHaveLength(4);
  });
});

const noAnswer = { status: 'retryable', error: new WriteError('reset') } as const;

const answer500 = {
  status: 'retryable',
  error: new WriteError('receiver answered 500: too old sample', { httpStatus: 500 }),
} as const;

/** Prometheus before 2.50 answers so to what is too old. */
function refusing(isTooOld: (timestampMs: number) => boolean) {
  return (client: WriteClient): WriteClient => ({
    async write(body, options) {
      const series = protocols['2.0'].decode(snappyJs.uncompress(body));
      if (series.some(({ timestampMs }) => isTooOld(timestampMs))) return answer500;
      return client.write(body, options);
    },
  });
}

/** Slower than the cycle that needs the room. */
function slow(client: WriteClient): WriteClient {
  return {
    async write(body, options) {
      for (let i = 0; i < 6; i++) await nextTurn();
      return client.write(body, options);
    },
  };
}
