import { describe, expect, it } from 'vitest';

import { createBatch, useCycleFolder } from '../../../test/support/remote-write/cycle-folder.ts';
import { type Fault, ModelReceiver } from '../../../test/support/remote-write/model-receiver.ts';
import { createReceiver } from '../../../test/support/remote-write/receiver-world.ts';
import { ProtocolChoice } from '../delivery/protocol-choice.ts';
import { METRIC_NAME } from '../labels/labels.ts';
import type { CycleStore } from '../push-store/cycle-store.ts';
import { MemoryStore } from '../push-store/memory-store.ts';
import type { SampleCounts } from '../sample-counts.ts';
import { STALE } from '../time-series.ts';
import { endSeries } from './end-series.ts';
import { PushCycle } from './push-cycle.ts';
import type { Receiver, ReceiverOptions } from './receiver.ts';
import { Resend } from './resend.ts';
import type { UntimedSeries } from './write-series.ts';

const { signal } = new AbortController();
const DOWN: readonly Fault[] = Array.from({ length: 100 }, () => 'unavailable' as const);

const folder = useCycleFolder();

describe('self-metrics', () => {
  it('end once when they are no longer sent', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['v1', 'up'] });

    const self = await push(receiver, 2, { own: ['v2', 'up'] });
    await push(receiver, 3, { own: ['v2', 'up'] });

    expect(self.sent).toBe(3);
    expect(history(model, 'v1')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'up')).toEqual(['1: 1', '2: 2', '3: 3']);
  });

  it('end if they were sent by a cycle that read nothing', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['up'], results: [], isComplete: false });

    await push(receiver, 2, { own: ['up_of_kind'] });

    expect(history(model, 'up')).toEqual(['1: 1', '2: end']);
  });

  it('end after a cycle that read nothing, and results do not', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['up', 'ready'] });

    await push(receiver, 2, { own: ['up'], results: [], isComplete: false });

    expect(history(model, 'ready')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'result')).toEqual(['1: 1']);
  });

  it('end if only a resend has sent them', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['up'] });
    const own = [createSeries('up', 2), createSeries('success', 2)];
    const resend = new Resend(receiver, 2, signal);
    await resend.sendResults(true);
    await resend.sendSelfSeries(own);

    await push(receiver, 3, { own: ['up'] });

    expect(history(model, 'success')).toEqual(['2: 2', '3: end']);
  });

  it('are not resent with the results', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['v1'] });
    await push(receiver, 2, { own: ['v2'] });

    await new Resend(receiver, 3, signal).sendResults(true);

    expect(history(model, 'result')).toEqual(['1: 1', '2: 2', '3: 2']);
    expect(history(model, 'v1')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'v2')).toEqual(['2: 2']);
  });

  it('do not end when a stopped sender sends none', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['up'] });

    await push(receiver, 2, { own: [] });

    expect(history(model, 'up')).toEqual(['1: 1']);
  });

  it('end later if the marker was not delivered, unless they come back', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['gone', 'back', 'up'] });
    model.fail(DOWN);
    await push(receiver, 2, { own: ['up'] });
    model.heal();

    await push(receiver, 3, { own: ['back', 'up'] });
    await push(receiver, 4, { own: ['back', 'up'] });

    expect(history(model, 'gone')).toEqual(['1: 1', '3: end']);
    expect(history(model, 'back')).toEqual(['1: 1', '3: 3', '4: 4']);
  });

  it('do not end a series that is among the results now', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['moved', 'up'] });

    await push(receiver, 2, { own: ['up'], results: ['moved'] });

    expect(history(model, 'moved')).toEqual(['1: 1', '2: 2']);
  });

  it('end once when all series end', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['gone', 'up'] });

    await endSeries(receiver, { wantedMs: 2, selfSeries: [createSeries('up', 1)], signal });
    await push(receiver, 3, { own: ['new'] });

    expect(history(model, 'gone')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'up')).toEqual(['1: 1', '2: end']);
  });

  it.each(['1.0', '2.0'] as const)(
    'end after a restart with a state folder, by %s',
    async (version) => {
      const { receiver, model } = setup(folder.open(), { choice: new ProtocolChoice(version) });
      await push(receiver, 1, { own: ['v1', 'gone', 'up'] });
      await push(receiver, 2, { own: ['v1', 'up'] });
      const next = createReceiver({ ...receiver.options, store: folder.open() });

      await push(next, 3, { own: ['v2', 'up'] });

      expect(history(model, 'v1')).toEqual(['1: 1', '2: 2', '3: end']);
      expect(history(model, 'gone')).toEqual(['1: 1', '2: end']);
      expect(history(model, 'v2')).toEqual(['3: 3']);
    },
  );

  it('end at the original time if the marker was persisted', async () => {
    const { receiver, model } = setup(folder.open());
    await push(receiver, 1, { own: ['v1'] });
    model.fail(DOWN);
    await push(receiver, 2, { own: ['v2'] });
    model.heal();
    const next = createReceiver({ ...receiver.options, store: folder.open() });

    await push(next, 3, { own: ['v2'] });

    expect(history(model, 'v1')).toEqual(['1: 1', '2: end']);
  });

  it('cause a warning if the state cannot be read', () => {
    const warnings: string[] = [];
    const draft = folder.open().begin(1);
    draft.add(createBatch('self', 1));
    draft.commit();

    setup(folder.open(), { onWarning: (message) => warnings.push(message) });

    expect(warnings).toEqual([
      expect.stringMatching(
        /^cannot read self-metrics of an earlier run, so they get no stale markers: /,
      ),
    ]);
  });
});

function setup(store: CycleStore, options: Partial<ReceiverOptions> = {}) {
  const model = new ModelReceiver({
    script: [],
    onVersionTwo: 'knows',
    maxSamples: 100,
    onStop: () => undefined,
  });
  const receiver = createReceiver({
    clients: model.clients,
    store,
    now: () => 0,
    onWarning: (message) => model.violations.push(message),
    onDropped: () => undefined,
    ...options,
  });
  return { receiver, model };
}

interface Push {
  readonly own: readonly string[];
  readonly results?: readonly string[];
  readonly isComplete?: boolean;
}

async function push(
  receiver: Receiver,
  at: number,
  { own, results = ['result'], isComplete = true }: Push,
): Promise<SampleCounts> {
  const cycle = new PushCycle(receiver, at, signal);
  await cycle.write(results.map((name) => createSeries(name, at)));
  await cycle.finish(isComplete);
  const counts = await cycle.sendSelfSeries(own.map((name) => createSeries(name, at)));
  cycle.close();
  return counts;
}

function createSeries(name: string, value: number): UntimedSeries {
  const metadata = { type: 'gauge', help: '' } as const;
  return { labels: [{ name: METRIC_NAME, value: name }], metadata, value };
}

/** Stored samples of a series, followed by violations of the model. */
function history(model: ModelReceiver, key: string): string[] {
  const stored = model.history.get(key) ?? [];
  return [
    ...stored.map(({ timestampMs, value }) => `${timestampMs}: ${value === STALE ? 'end' : value}`),
    ...model.violations,
  ];
}
