import { describe, expect, it } from 'vitest';

import { useCycleFolder } from '../../../test/support/remote-write/cycle-folder.ts';
import { DOWN, history, push, setup } from '../../../test/support/remote-write/push-lab.ts';

const folder = useCycleFolder();

describe('persisted samples', () => {
  it('are sent first with their own timestamps, and stay on disk until the receiver accepts them', async () => {
    const { receiver, model } = setup({ store: folder.open() });
    model.fail(DOWN);
    const first = await push(receiver, 1, ['a', 'b']);
    const second = await push(receiver, 2, ['a']);
    model.heal();
    const third = await push(receiver, 3, ['a']);

    expect(first).toMatchObject({ pending: 2, persisted: 2 });
    expect(second).toMatchObject({ pending: 4, persisted: 4 });
    expect(third).toMatchObject({ sent: 5, pending: 0 });
    expect(history(model, 'a')).toEqual(['1: 1', '2: 2', '3: 3']);
    expect(history(model, 'b')).toEqual(['1: 1', '2: end']);
  });

  it('are sent and counted without the half of a request that the receiver accepted', async () => {
    const { receiver, model } = setup({
      store: folder.open(),
      limits: { maxSamples: 6, maxBytes: 1e6 },
      maxSamples: 3,
    });
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    model.fail(['none', 'none', ...DOWN]);
    const first = await push(receiver, 1, keys);
    model.heal();
    const second = await push(receiver, 2, keys);

    expect(first).toMatchObject({ sent: 3, pending: 3, persisted: 3 });
    expect(second).toMatchObject({ sent: 9, pending: 0, rejected: 0 });
    expect(model.violations).toEqual([]);
    for (const key of keys) expect(history(model, key)).toEqual(['1: 1', '2: 2']);
  });

  it('are sent completely by another process, which does not know about the accepted half', async () => {
    const limits = { maxSamples: 6, maxBytes: 1e6 };
    const { receiver, model } = setup({ store: folder.open(), limits, maxSamples: 3 });
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    model.fail(['none', 'none', ...DOWN]);
    await push(receiver, 1, keys);
    model.heal();
    const { clients } = receiver.options;
    const later = setup({ store: folder.open(), clients, limits });

    expect(await push(later.receiver, 2, keys)).toMatchObject({ sent: 12 });
    expect([...model.violations, ...later.model.violations]).toEqual([]);
    for (const key of keys) expect(history(model, key)).toEqual(['1: 1', '2: 2']);
  });

  it('include the timestamp of a cycle that read nothing, for the next process', async () => {
    const first = setup({ store: folder.open() });
    await push(first.receiver, 1, ['a']);
    await push(first.receiver, 5000, [], false);

    const store = folder.open();
    const second = setup({ store });
    await push(second.receiver, 3000, ['a']);

    expect(store.last?.timestampMs).toBe(5001);
    expect(history(second.model, 'a')).toEqual(['5001: 3000']);
  });

  it('are dropped when they exceed the age limit', async () => {
    const dropped: string[] = [];
    const { receiver, model } = setup({
      store: folder.open(),
      sampleAgeLimitMs: 1000,
      now: () => 5000,
      onDropped: (reason, samples) => dropped.push(`${reason}: ${samples}`),
    });
    model.fail(DOWN);
    await push(receiver, 3999, ['a', 'b']);
    model.heal();
    await push(receiver, 5000, ['a', 'b']);

    expect(dropped).toEqual(['age: 2']);
    expect(history(model, 'a')).toEqual(['5000: 5000']);
  });
});
