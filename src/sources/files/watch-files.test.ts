import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { watchFiles } from './watch-files.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'watch-files-'));
  writeFileSync(join(dir, 'a.json'), '{}');
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Performs one action in each pause and returns the actions after which a change was seen. */
async function watch(
  paths: readonly string[],
  things: readonly (() => void)[],
): Promise<readonly number[]> {
  const stop = new AbortController();
  const seen: number[] = [];
  let pauses = 0;
  await watchFiles({
    paths,
    signal: stop.signal,
    now: () => 0,
    onChange: () => void seen.push(pauses),
    async sleep() {
      const thing = things[pauses++];
      if (thing === undefined) stop.abort();
      else thing();
    },
  });
  return seen;
}

function nothing(): void {}

describe('watchFiles', () => {
  it('reports nothing while nothing changes', async () => {
    expect(await watch([dir], [nothing, nothing, nothing])).toEqual([]);
  });

  it.each([
    ['is written', () => writeFileSync(join(dir, 'a.json'), '{"a":1}')],
    ['is touched', () => utimesSync(join(dir, 'a.json'), 1, 2)],
    ['is new', () => writeFileSync(join(dir, 'b.json'), '{}')],
    ['is gone', () => rmSync(join(dir, 'a.json'))],
    [
      'is replaced',
      () => {
        writeFileSync(join(dir, 'x'), '{}');
        renameSync(join(dir, 'x'), join(dir, 'a.json'));
      },
    ],
  ])('notices once that a file %s', async (_, thing) => {
    expect(await watch([dir], [nothing, thing, nothing])).toEqual([2]);
  });

  it('notices a file that is created later', async () => {
    const path = join(dir, 'later.json');

    expect(await watch([path], [nothing, () => writeFileSync(path, '{}'), nothing])).toEqual([2]);
  });

  it('notices a ConfigMap update, which swaps a link', async () => {
    for (const version of ['..1', '..2']) {
      mkdirSync(join(dir, version));
      writeFileSync(join(dir, version, 'mounted.json'), version);
      utimesSync(join(dir, version, 'mounted.json'), 1, 1);
    }
    symlinkSync('..1', join(dir, '..data'));
    symlinkSync('..data/mounted.json', join(dir, 'mounted.json'));
    function swap(): void {
      symlinkSync('..2', join(dir, '..data_tmp'));
      renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
    }

    expect(await watch([dir], [nothing, swap, nothing])).toEqual([2]);
  });

  it('does not watch standard input and ends if there is nothing else to watch', async () => {
    expect(await watch(['-'], [nothing])).toEqual([]);
  });

  it('polls less often if polling takes long', async () => {
    const stop = new AbortController();
    const pauses: number[] = [];
    let clock = 0;
    await watchFiles({
      paths: [dir],
      signal: stop.signal,
      onChange: nothing,
      now: () => (clock += 1000),
      async sleep(ms) {
        pauses.push(ms);
        stop.abort();
      },
    });

    expect(pauses).toEqual([50_000]);
  });
});
