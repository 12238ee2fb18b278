import { setImmediate as nextTurn } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CycleFolder } from '../../../test/support/cycle-folder.ts';
import { type Fault, ModelReceiver } from '../../../test/support/model-receiver.ts';
import { createReceiver } from '../../../test/support/receiver-world.ts';
import type { WriteClient } from '../client/write-client.ts';
import { METRIC_NAME } from '../labels/labels.ts';
import { OutgoingCycle, type UntimedSeries } from './outgoing-cycle.ts';
import type { Receiver } from './receiver.ts';

const { signal } = new AbortController();
const DOWN: readonly Fault[] = Array.from({ length: 1000 }, () => 'unavailable' as const);
const names = Array.from({ length: 30 }, (_, i) => `s${i}`);

let folder: CycleFolder;
beforeEach(() => {
  folder = new CycleFolder();
});
afterEach(() => folder.remove());

describe('a backlog that fills its store', () => {
  it.each(Array.from({ length: 20 }, (_, i) => 2500 + 200 * i))(
    'is sent in order although its oldest cycle is given up on the way, at %i bytes',
    async (limit) => {
      const model = new ModelReceiver({
        script: DOWN,
        onVersionTwo: 'knows',
        maxSamples: 100,
        onStop: () => undefined,
      });
      const receiver = createReceiver({
        clients: { '1.0': model.clients['1.0'], '2.0': slow(model.clients['2.0']) },
        store: folder.open(limit),
        now: () => 0,
        onWarning: () => undefined,
        onDropped: () => undefined,
      });
      for (const at of [1, 2, 3, 4]) await push(receiver, at);
      model.heal();
      await push(receiver, 5);
      await push(receiver, 6);

      expect(model.violations).toEqual([]);
      expect(model.history.get('s0')?.at(-1)?.timestampMs).toBe(6);
    },
  );
});

/** Slower than the cycle that needs the room. */
function slow(client: WriteClient): WriteClient {
  return {
    async write(body, options) {
      for (let i = 0; i < 6; i++) await nextTurn();
      return client.write(body, options);
    },
  };
}

async function push(receiver: Receiver, at: number): Promise<void> {
  const cycle = new OutgoingCycle(receiver, at, signal);
  await cycle.write(names.map((name) => createSeries(name, at)));
  await cycle.finish(true, () => []);
}

function createSeries(name: string, value: number): UntimedSeries {
  const metadata = { type: 'gauge', help: '' } as const;
  return { labels: [{ name: METRIC_NAME, value: name }], metadata, value };
}
