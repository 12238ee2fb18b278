import { describe, expect, it } from 'vitest';

import { useCycleFolder } from '../../../test/support/remote-write/cycle-folder.ts';
import { createSeries, push, setup } from '../../../test/support/remote-write/push-lab.ts';
import { createClock } from '../../../test/support/remote-write/waiting-clock.ts';
import { classifyAnswer } from '../client/classify.ts';
import type { WriteClient } from '../client/write-client.ts';
import { OneShotStore } from '../push-store/one-shot-store.ts';
import { snappyJs } from '../wire/compress.ts';
import { protocols } from '../wire/protocols.ts';
import { PushCycle } from './push-cycle.ts';

const folder = useCycleFolder();
const { signal } = new AbortController();
const options = { retryOn429: true, nowMs: 0 };

describe('O2: persisted samples that the receiver rejects as too old', () => {
  it.each([
    {
      status: 400,
      body: 'out of bounds for series {image="a"}\nout of bounds for series {image="b"}',
    },
    { status: 400, body: 'timestamp too old: 1796066046584 metric: "m"' },
    { status: 409, body: 'writing locally: add 2 samples: out of bounds' },
  ])('count as dropped, and the push succeeds: $status $body', async (answer) => {
    const { counts, dropped, warnings } = await pushAfterOutage(answer);

    expect(counts).toMatchObject({ sent: 2, rejected: 0, pending: 0, errors: [] });
    expect(counts).not.toHaveProperty('possiblyStored');
    expect(dropped).toEqual(['age: 2']);
    expect(warnings.join()).toContain('dropped 2 persisted samples');
  });

  it.each([
    { status: 400, body: 'out of bounds: timestamp is too far in the future for series {}' },
    { status: 400, body: 'out of bounds for series {}\nno metric name\ncut' },
    { status: 403, body: 'this token is too old' },
  ])('are told from those rejected for another reason: $body', async (answer) => {
    const { counts, dropped } = await pushAfterOutage(answer);

    expect(counts).toMatchObject({ sent: 2, rejected: 2 });
    expect(dropped).toEqual([]);
  });
});

describe('O2: a push that takes long', () => {
  it('stamps samples when it sends them', async () => {
    const clock = createClock();
    const { receiver, model } = setup({ store: new OneShotStore(), runtime: clock.runtime });
    const cycle = new PushCycle(receiver, 1_000_000, signal);

    await cycle.write([createSeries('a', 1)]);
    clock.pass(599_999);
    await cycle.write([createSeries('b', 1)]);
    clock.pass(7_000_001);
    await cycle.write([createSeries('c', 1)]);
    const counts = await cycle.finish(true);
    cycle.close();

    expect(counts).toMatchObject({ sent: 3, rejected: 0 });
    const stamps = ['a', 'b', 'c'].map((key) => model.history.get(key)?.at(-1)?.timestampMs);
    expect(stamps).toEqual([1_000_000, 1_000_000, 8_600_000]);
  });
});

/** The receiver was down for the first push, and rejects its samples in the second. */
async function pushAfterOutage(answer: { readonly status: number; readonly body: string }) {
  const dropped: string[] = [];
  const warnings: string[] = [];
  let isDown = true;
  function wrap(client: WriteClient): WriteClient {
    return {
      async write(body, request) {
        const all = { statusText: '', retryAfter: undefined };
        if (isDown) return classifyAnswer({ ...all, status: 503, body: '' }, options);
        const [first] = protocols['2.0'].decode(snappyJs.uncompress(body));
        if (first?.timestampMs === 1) return classifyAnswer({ ...all, ...answer }, options);
        return client.write(body, request);
      },
    };
  }
  const { receiver } = setup({
    store: folder.open(),
    wrap,
    onDropped: (reason, samples) => dropped.push(`${reason}: ${samples}`),
    onWarning: (message) => warnings.push(message),
  });
  await push(receiver, 1, ['a', 'b']);
  isDown = false;
  return { counts: await push(receiver, 2, ['a', 'b']), dropped, warnings };
}
