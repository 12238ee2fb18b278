import { setImmediate as nextTurn } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CycleFolder } from '../../../test/support/cycle-folder.ts';
import { DOWN, push, setup } from '../../../test/support/push-lab.ts';
import type { WriteClient } from '../client/write-client.ts';

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

/** Slower than the cycle that needs the room. */
function slow(client: WriteClient): WriteClient {
  return {
    async write(body, options) {
      for (let i = 0; i < 6; i++) await nextTurn();
      return client.write(body, options);
    },
  };
}
