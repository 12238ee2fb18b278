import { describe, expect, it } from 'vitest';

import { useCycleFolder } from '../../../test/support/remote-write/cycle-folder.ts';
import {
  createSeries,
  DOWN,
  history,
  push,
  repeat,
  setup,
} from '../../../test/support/remote-write/push-lab.ts';
import { METRIC_NAME } from '../labels/labels.ts';
import { MemoryStore } from '../push-store/memory-store.ts';
import { OneShotStore } from '../push-store/one-shot-store.ts';
import { snappyJs } from '../wire/compress.ts';
import { endSeries } from './end-series.ts';
import { LabelPipeline } from './label-pipeline.ts';
import { OutgoingCycle } from './outgoing-cycle.ts';
import { repeatCycle } from './resend.ts';

const { signal } = new AbortController();

const folder = useCycleFolder();

describe('OutgoingCycle', () => {
  it('ends what is gone after a complete cycle, and nothing twice', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a', 'b']);

    expect((await push(receiver, 2, ['a'])).results.sentSamples).toBe(2);
    expect((await push(receiver, 3, ['a'])).results.sentSamples).toBe(1);

    expect(history(model, 'b')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'a')).toEqual(['1: 1', '2: 2', '3: 3']);
  });

  it('ends nothing after an incomplete cycle, and repeats the old values', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a', 'b']);
    await push(receiver, 2, ['a'], false);
    expect(history(model, 'b')).toEqual(['1: 1']);

    await repeat(receiver, 3);
    await push(receiver, 4, ['a']);

    expect(history(model, 'a')).toEqual(['1: 1', '2: 2', '3: 2', '4: 4']);
    expect(history(model, 'b')).toEqual(['1: 1', '3: 1', '4: end']);
  });

  it('lets a series come back', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    for (const [at, keys] of [['a'], [], ['a'], []].entries()) await push(receiver, at + 1, keys);

    expect(history(model, 'a')).toEqual(['1: 1', '2: end', '3: 3', '4: end']);
  });

  it('leaves everything as it was when nothing at all was read', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a']);
    await push(receiver, 2, [], false);
    await repeat(receiver, 3);

    expect(history(model, 'a')).toEqual(['1: 1', '3: 1']);
  });

  it('sends a lost marker again, also past an incomplete cycle', async () => {
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

  it('drops a lost marker when its series comes back', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a']);
    model.fail(DOWN);
    await push(receiver, 2, []);
    model.heal();
    await push(receiver, 3, ['a']);

    expect(history(model, 'a')).toEqual(['1: 1', '3: 3']);
  });

  it('counts own series that are kept nowhere as lost', async () => {
    const { receiver, model } = setup({ store: folder.open() });
    model.fail(DOWN);
    const cycle = new OutgoingCycle(receiver, 1, signal);

    const { own } = await cycle.finish(false, () => [createSeries('own', 1)]);

    expect(own).toMatchObject({ waitingSamples: 1, keptSamples: 0 });
    expect(receiver.options.store.unsettled).toEqual([]);
    expect(folder.warnings).toEqual([]);
  });

  it('leaves out what labels make one, and ends it by the labels that were sent', async () => {
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

  it('takes no series for another because one was refused', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    const huge = { type: 'gauge', help: 'x'.repeat(31 * 2 ** 20) } as const;
    const cycle = new OutgoingCycle(receiver, 1, signal);
    const b = { ...createSeries('b', 1), metadata: huge };
    await cycle.write([createSeries('a', 1), b, createSeries('c', 1)]);
    const report = await cycle.finish(true, () => []);
    await push(receiver, 2, ['a', 'c']);

    expect(report.results).toMatchObject({ sentSamples: 2, refusedSamples: 1 });
    expect(history(model, 'c')).toEqual(['1: 1', '2: 2']);
    expect(history(model, 'b')).toEqual([]);
    expect(history(model, 'a')).toEqual(['1: 1', '2: 2']);
  });

  it('is sent although nothing can be prepared for its repetitions, which say so', async () => {
    const compressor = {
      ...snappyJs,
      uncompress: () => {
        throw new Error('it cannot be read back');
      },
    };
    const { receiver, model } = setup({ store: new MemoryStore(), compressor });
    const { results } = await push(receiver, 1, ['a', 'b', 'c', 'd']);
    const repeated = await repeat(receiver, 2);

    expect(results).toMatchObject({ sentSamples: 4, errors: [] });
    expect(repeated.results).toMatchObject({
      sentSamples: 0,
      refusedSamples: 4,
      errors: ['not sent: it cannot be read back (2 times)'],
    });
    expect(history(model, 'd')).toEqual(['1: 1']);
  });

  it('ends everything when it is told to', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a', 'b', 'c', 'd']);

    await endSeries(receiver, { wantedMs: 2, own: [], signal });
    await repeat(receiver, 3);

    for (const key of ['a', 'b', 'c', 'd']) expect(history(model, key)).toEqual(['1: 1', '2: end']);
  });

  it('keeps nothing of what was sent when nobody will ask for it', async () => {
    const store = new OneShotStore();
    const begun = store.begin();
    const batch = { version: '2.0', samples: 1, body: new Uint8Array(9) } as const;
    const kept = begun.add({ kind: 'results', batch, hashes: new Uint32Array(2) });
    expect(kept.heldBytes).toBe(9);

    kept.settle();

    expect(kept.heldBytes).toBe(0);
    expect(() => kept.read()).toThrow(/settled/);
  });

  it('repeats nothing but its own series when results are too old', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });
    await push(receiver, 1, ['a']);

    const report = await repeat(receiver, 2, false);

    expect(report).toMatchObject({ results: { sentSamples: 0 }, own: { sentSamples: 1 } });
    expect(history(model, 'a')).toEqual(['1: 1']);
    expect(history(model, 'own')).toEqual(['2: 2']);
  });

  it('sends an own series once, whatever labels make of it', async () => {
    const { receiver, model } = setup({ store: new MemoryStore() });

    await repeatCycle(receiver, {
      wantedMs: 1,
      withResults: true,
      own: () => [createSeries('own', 1), createSeries('own', 2)],
      signal,
    });

    expect(model.violations).toEqual([]);
    expect(history(model, 'own')).toEqual(['1: 1']);
  });
});
