import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import {
  addCycle,
  summary,
  useCycleFolder,
} from '../../../test/support/remote-write/cycle-folder.ts';
import { BatchCodec } from '../batch/batch-codec.ts';
import { snappyJs } from '../wire/compress.ts';
import type { CycleStore } from './cycle-store.ts';
import { MemoryStore } from './memory-store.ts';
import { OneShotStore } from './one-shot-store.ts';
import { openStore, type StoreOptions } from './open-store.ts';

const folder = useCycleFolder();

describe('openStore', () => {
  it('holds only pending samples in memory if the folder is unusable', () => {
    expect(open({ stateDir: undefined })).toBeInstanceOf(OneShotStore);
    expect(open({ stateDir: undefined, resends: true })).toBeInstanceOf(MemoryStore);
  });

  it('uses one folder per receiver, and finds it again', () => {
    addCycle(open({ receiver: 'http://a/write' }), 1000, [{ byte: 1 }]);
    addCycle(open({ receiver: 'http://a_write' }), 1000, [{ byte: 2 }]);

    expect(summary(open({ receiver: 'http://a/write' }).last)).toEqual(['results 1 waits']);
    expect(readdirSync(join(folder.path, 'remote-write'))).toEqual([
      expect.stringMatching(/^http_a_write-[0-9a-f]{12}$/),
      expect.stringMatching(/^http_a_write-[0-9a-f]{12}$/),
    ]);
  });

  it('warns once about persisted samples of another name or URL', async () => {
    const stray = join(folder.path, 'remote-write', 'http_old-0123456789ab');
    mkdirSync(stray, { recursive: true });
    mkdirSync(join(folder.path, 'remote-write', 'empty'));
    writeFileSync(join(stray, '1.cycle'), 'x');
    addCycle(open({ receiver: 'one' }), 1000, [{ byte: 1 }]);
    addCycle(open({ receiver: 'two' }), 1000, [{ byte: 1 }]);
    await nextTurn();
    open({ receiver: 'one' });
    await nextTurn();

    expect(folder.warnings).toEqual([
      expect.stringMatching(/http_old-0123456789ab contains undelivered samples/),
    ]);
  });

  it('does not follow a link to another folder', () => {
    const elsewhere = join(folder.path, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(folder.path, 'remote-write'));

    expect(open({})).toBeInstanceOf(OneShotStore);
    expect(folder.warnings).toEqual([expect.stringMatching(/is a symbolic link; remove it$/)]);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('continues without an unusable folder, with a warning', () => {
    writeFileSync(join(folder.path, 'remote-write'), 'a file');

    expect(open({})).toBeInstanceOf(OneShotStore);
    expect(folder.warnings).toEqual([
      expect.stringMatching(
        /^cannot use .*, so undelivered samples are lost when the process exits/,
      ),
    ]);
  });
});

function open(options: Partial<StoreOptions>): CycleStore {
  return openStore({
    stateDir: folder.path,
    receiver: 'mimir',
    maxBytes: 1e6,
    resends: false,
    codec: new BatchCodec(snappyJs),
    onWarning: (message) => folder.warnings.push(message),
    onDropped: () => undefined,
    ...options,
  });
}
