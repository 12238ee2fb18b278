import { PassThrough, Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import { untilIdle } from './idle-body.ts';

describe('untilIdle', () => {
  it('yields the whole body if no pause exceeds the limit', async () => {
    const body = Readable.from(slowly(['a', 'b', 'c', 'd', 'e', 'f']));

    expect(await textOf(untilIdle(body, 200))).toBe('abcdef');
  });

  it('fails when the body pauses for too long', async () => {
    const body = new PassThrough();
    body.write('half');

    await expect(textOf(untilIdle(body, 20))).rejects.toThrow('timed out after 20 ms');
    expect(body.destroyed).toBe(true);
  });

  it('fails with the error of the body', async () => {
    const body = new PassThrough();
    body.destroy(new Error('aborted'));

    await expect(textOf(untilIdle(body, 1000))).rejects.toThrow('aborted');
  });

  it('destroys the body when its consumer stops', async () => {
    const body = new PassThrough();
    body.write('half');
    for await (const _ of untilIdle(body, 60_000)) break;

    await vi.waitFor(() => expect(body.destroyed).toBe(true));
  });
});

async function* slowly(texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) {
    await sleep(50);
    yield Buffer.from(text);
  }
}
