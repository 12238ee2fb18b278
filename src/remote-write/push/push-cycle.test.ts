import { describe, expect, it } from 'vitest';

import { useCycleFolder } from '../../../test/support/remote-write/cycle-folder.ts';
import {
  createSeries,
  DOWN,
  history,
  push,
  resend,
  setup,
} from '../../../test/support/remote-write/push-lab.ts';
import { METRIC_NAME } from '../labels/labels.ts';
import { MemoryStore } from '../push-store/memory-store.ts';
import { OneShotStore } from '../push-store/one-shot-store.ts';
import { snappyJs } from '../wire/compress.ts';
import { endSeries } from './end-series.ts';
import { LabelPipeline } from './label-pipeline.ts';
import { PushCycle } from './push-cycle.ts';
import { Resend } from './resend.ts';

const { signal } = new AbortController();

const folder = useCycleFolder();

describe('PushCycle', () => {
  it('ends missing series once after a complete cycle', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a', 'b']);

    expect((await push(receiver, 2, ['a'])).sent).toBe(2);
    expect((await push(receiver, 3, ['a'])).sent).toBe(1);

    expect(history(model, 'b')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'a')).toEqual(['1: 1', '2: 2', '3: 3']);
  });

  it('ends nothing after an incomplete cycle, and resends the old values', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a', 'b']);
    await push(receiver, 2, ['a'], false);
    expect(history(model, 'b')).toEqual(['1: 1']);

    await resend(receiver, 3);
    await push(receiver, 4, ['a']);

    expect(history(model, 'a')).toEqual(['1: 1', '2: 2', '3: 2', '4: 4']);
    expect(history(model, 'b')).toEqual(['1: 1', '3: 1', '4: end']);
  });

  it('sends a series again after it ended', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    for (const [at, keys] of [['a'], [], ['a'], []].entries()) await push(receiver, at + 1, keys);

    expect(history(model, 'a')).toEqual(['1: 1', '2: end', '3: 3', '4: end']);
  });

  it('keeps the previous cycle when nothing was read', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a']);
    await push(receiver, 2, [], false);
    await resend(receiver, 3);

    expect(history(model, 'a')).toEqual(['1: 1', '3: 1']);
  });

  it('sends an undelivered marker again, even after an incomplete cycle', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a', 'b']);
    model.fail(DOWN);
    await push(receiver, 2, ['a']);
    await push(receiver, 3, ['a'], false);
    model.heal();

    await push(receiver, 4, ['a'], false);
    await push(receiver, 5, ['a']);

    expect(history(model, 'b')).toEqual(['1: 1', '4: end']);
  });

  it('drops an undelivered marker when its series comes back', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a']);
    model.fail(DOWN);
    await push(receiver, 2, []);
    model.heal();
    await push(receiver, 3, ['a']);

    expect(history(model, 'a')).toEqual(['1: 1', '3: 3']);
  });

  it('does not count undelivered self-metrics as persisted', async () => {
    const { receiver, model } = setup({ store: folder.open() });
    model.fail(DOWN);
    const cycle = new PushCycle(receiver, 1, signal);

    await cycle.finish(false);
    const self = await cycle.sendSelfSeries([createSeries('self', 1)]);

    expect(self).toMatchObject({ pending: 1, persisted: 0 });
    expect(receiver.options.store.pending).toEqual([]);
    expect(folder.warnings).toEqual([]);
  });

  it('drops series that relabeling makes equal, and ends them by their final labels', async () => {
    const dropped: string[] = [];
    const { receiver, model } = setup({
      store: new MemoryStore(),
      labels: new LabelPipeline({
        externalLabels: { cluster: 'c1' },
        relabelConfigs: [
          {
            regex: '[ab]',
            sourceLabels: [METRIC_NAME],
            targetLabel: METRIC_NAME,
            replacement: 'x',
          },
        ],
        maxLabels: 30,
        maxValueBytes: 100,
      }),
      onDropped: (reason, samples) => dropped.push(`${reason}: ${samples}`),
    });
    await push(receiver, 1, ['a', 'b', 'c']);
    await push(receiver, 2, ['b'], false);
    await push(receiver, 3, []);

    expect(dropped).toEqual(['duplicate: 1']);
    expect(history(model, 'x')).toEqual(['1: 1', '2: 2', '3: end']);
    expect(history(model, 'c')).toEqual(['1: 1', '3: end']);
  });

  it('keeps series apart after one of them was too large', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    const huge = { type: 'gauge', help: 'x'.repeat(31 * 2 ** 20) } as const;
    const cycle = new PushCycle(receiver, 1, signal);
    const b = { ...createSeries('b', 1), metadata: huge };
    await cycle.write([createSeries('a', 1), b, createSeries('c', 1)]);
    const results = await cycle.finish(true);
    await push(receiver, 2, ['a', 'c']);

    expect(results).toMatchObject({ sent: 2, rejected: 1 });
    expect(history(model, 'c')).toEqual(['1: 1', '2: 2']);
    expect(history(model, 'b')).toEqual([]);
    expect(history(model, 'a')).toEqual(['1: 1', '2: 2']);
  });

  it('reports values that cannot be resent because they cannot be read back', async () => {
    const compressor = {
      ...snappyJs,
      uncompress: () => {
        throw new Error('it cannot be read back');
      },
    };
    const { receiver, model } = setup({ store: new MemoryStore(), compressor });
    const pushed = await push(receiver, 1, ['a', 'b', 'c', 'd']);
    const [resent] = await resend(receiver, 2);

    expect(pushed).toMatchObject({ sent: 4, errors: [] });
    expect(resent).toMatchObject({
      sent: 0,
      rejected: 4,
      errors: ['not sent: it cannot be read back (2 times)'],
    });
    expect(history(model, 'd')).toEqual(['1: 1']);
  });

  it('ends all series on request', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a', 'b', 'c', 'd']);

    await endSeries(receiver, { wantedMs: 2, selfSeries: [], signal });
    await resend(receiver, 3);

    for (const key of ['a', 'b', 'c', 'd']) expect(history(model, key)).toEqual(['1: 1', '2: end']);
  });

  it('releases a batch after sending in a one-shot process', async () => {
    const store = new OneShotStore();
    const begun = store.begin();
    const batch = { version: '2.0', samples: 1, body: new Uint8Array(9) } as const;
    const kept = begun.add({ kind: 'results', batch, hashes: new Uint32Array(2) });
    expect(kept.heldBytes).toBe(9);

    kept.acknowledge();

    expect(kept.heldBytes).toBe(0);
    expect(() => kept.read()).toThrow(/acknowledged/);
  });

  it('resends only self-metrics when results are too old', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a']);

    const [results, self] = await resend(receiver, 2, false);

    expect(results.sent).toBe(0);
    expect(self.sent).toBe(1);
    expect(history(model, 'a')).toEqual(['1: 1']);
    expect(history(model, 'self')).toEqual(['2: 2']);
  });

  it('sends each self-metric once', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });

    const resending = new Resend(receiver, 1, signal);
    await resending.sendResults(true);
    await resending.sendSelfSeries([createSeries('self', 1), createSeries('self', 2)]);

    expect(model.violations).toEqual([]);
    expect(history(model, 'self')).toEqual(['1: 1']);
  });
});
