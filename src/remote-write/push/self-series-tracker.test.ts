import { describe, expect, it } from 'vitest';

import { createBatch, useCycleFolder } from '../../../test/support/remote-write/cycle-folder.ts';
import { type Fault, ModelReceiver } from '../../../test/support/remote-write/model-receiver.ts';
import { createReceiver } from '../../../test/support/remote-write/receiver-world.ts';
import { ProtocolChoice } from '../delivery/protocol-choice.ts';
import { METRIC_NAME } from '../labels/labels.ts';
import type { CycleStore } from '../push-store/cycle-store.ts';
import { MemoryStore } from '../push-store/memory-store.ts';
import { STALE } from '../time-series.ts';
import { endSeries } from './end-series.ts';
import { OutgoingCycle, type UntimedSeries } from './outgoing-cycle.ts';
import type { PushReport } from './push-report.ts';
import type { Receiver, ReceiverOptions } from './receiver.ts';
import { repeatCycle } from './resend.ts';

const { signal } = new AbortController();
const DOWN: readonly Fault[] = Array.from({ length: 100 }, () => 'unavailable' as const);

const folder = useCycleFolder();

describe('what the sender says about itself', () => {
  it('ends when it says so no more, once', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['v1', 'up'] });

    const report = await push(receiver, 2, { own: ['v2', 'up'] });
    await push(receiver, 3, { own: ['v2', 'up'] });

    expect(report.own.sentSamples).toBe(3);
    expect(history(model, 'v1')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'up')).toEqual(['1: 1', '2: 2', '3: 3']);
  });

  it('ends where the cycle that said so had read nothing', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['up'], results: [], isComplete: false });

    await push(receiver, 2, { own: ['up_of_kind'] });

    expect(history(model, 'up')).toEqual(['1: 1', '2: end']);
  });

  it('ends after a cycle that has read nothing, and nothing else does', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['up', 'ready'] });

    await push(receiver, 2, { own: ['up'], results: [], isComplete: false });

    expect(history(model, 'ready')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'result')).toEqual(['1: 1']);
  });

  it('ends when only a repetition has said so', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['up'] });
    const own = [createSeries('up', 2), createSeries('success', 2)];
    await repeatCycle(receiver, { wantedMs: 2, withResults: true, own: () => own, signal });

    await push(receiver, 3, { own: ['up'] });

    expect(history(model, 'success')).toEqual(['2: 2', '3: end']);
  });

  it('is not said again with the results', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['v1'] });
    await push(receiver, 2, { own: ['v2'] });

    await repeatCycle(receiver, { wantedMs: 3, withResults: true, own: () => [], signal });

    expect(history(model, 'result')).toEqual(['1: 1', '2: 2', '3: 2']);
    expect(history(model, 'v1')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'v2')).toEqual(['2: 2']);
  });

  it('does not end because a sender that is told to stop says nothing', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['up'] });

    await push(receiver, 2, { own: [] });

    expect(history(model, 'up')).toEqual(['1: 1']);
  });

  it('ends later where nobody took the marker, unless it has come back', async () => {
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

  it('is no marker for a series that is among the results now', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['moved', 'up'] });

    await push(receiver, 2, { own: ['up'], results: ['moved'] });

    expect(history(model, 'moved')).toEqual(['1: 1', '2: 2']);
  });

  it('ends when everything ends, and is not ended again', async () => {
    const { receiver, model } = setup(new MemoryStore());
    await push(receiver, 1, { own: ['gone', 'up'] });

    await endSeries(receiver, { wantedMs: 2, own: [createSeries('up', 1)], signal });
    await push(receiver, 3, { own: ['new'] });

    expect(history(model, 'gone')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'up')).toEqual(['1: 1', '2: end']);
  });

  it.each(['1.0', '2.0'] as const)('ends after a restart with state, by %s', async (version) => {
    const { receiver, model } = setup(folder.open(), { choice: new ProtocolChoice(version) });
    await push(receiver, 1, { own: ['v1', 'gone', 'up'] });
    await push(receiver, 2, { own: ['v1', 'up'] });
    const next = createReceiver({ ...receiver.options, store: folder.open() });

    await push(next, 3, { own: ['v2', 'up'] });

    expect(history(model, 'v1')).toEqual(['1: 1', '2: 2', '3: end']);
    expect(history(model, 'gone')).toEqual(['1: 1', '2: end']);
    expect(history(model, 'v2')).toEqual(['3: 3']);
  });

  it('ends in time where its marker was kept', async () => {
    const { receiver, model } = setup(folder.open());
    await push(receiver, 1, { own: ['v1'] });
    model.fail(DOWN);
    await push(receiver, 2, { own: ['v2'] });
    model.heal();
    const next = createReceiver({ ...receiver.options, store: folder.open() });

    await push(next, 3, { own: ['v2'] });

    expect(history(model, 'v1')).toEqual(['1: 1', '2: end']);
  });

  it('is lost, and said to be, where the state cannot be read', () => {
    const warnings: string[] = [];
    const draft = folder.open().begin(1);
    draft.add(createBatch('own', 1));
    draft.commit();

    setup(folder.open(), { onWarning: (message) => warnings.push(message) });

    expect(warnings).toEqual([
      expect.stringMatching(
        /^what an earlier run said about itself is lost, and will not be ended: /,
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
): Promise<PushReport> {
  const cycle = new OutgoingCycle(receiver, at, signal);
  await cycle.write(results.map((name) => createSeries(name, at)));
  return cycle.finish(isComplete, () => own.map((name) => createSeries(name, at)));
}

function createSeries(name: string, value: number): UntimedSeries {
  const metadata = { type: 'gauge', help: '' } as const;
  return { labels: [{ name: METRIC_NAME, value: name }], metadata, value };
}

/** Nothing that a receiver would refuse, or warn of, was sent. */
function history(model: ModelReceiver, key: string): string[] {
  const stored = model.history.get(key) ?? [];
  return [
    ...stored.map(({ timestampMs, value }) => `${timestampMs}: ${value === STALE ? 'end' : value}`),
    ...model.violations,
  ];
}
