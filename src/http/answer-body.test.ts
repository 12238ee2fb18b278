import { PassThrough, Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { readAnswerBody } from './answer-body.ts';

const MIB = 1024 * 1024;
const never = new AbortController().signal;

describe('H4: readAnswerBody', () => {
  it.each([0, 1, 1023, 1024, 1025, 300_000])('keeps at most 1 KiB of %d bytes', async (size) => {
    const stream = Readable.from(chunks(size, 1000), { objectMode: false });

    expect(await readAnswerBody(stream, never)).toBe('x'.repeat(Math.min(size, 1024)));
    expect(stream.readableEnded).toBe(true);
  });

  it('stops reading an endless body', async () => {
    const stream = Readable.from(chunks(Infinity, MIB / 4), { objectMode: false });

    expect(await readAnswerBody(stream, never)).toHaveLength(1024);
    expect(stream.destroyed).toBe(true);
  });

  it('returns the part received before the connection broke', async () => {
    const stream = new PassThrough();
    stream.write('half of');
    setImmediate(() => stream.destroy(new Error('reset')));

    expect(await readAnswerBody(stream, never)).toBe('half of');
  });

  it('returns the part received before the signal aborted', async () => {
    const controller = new AbortController();
    const stream = new PassThrough();
    stream.write('slow');
    setImmediate(() => controller.abort());

    expect(await readAnswerBody(stream, controller.signal)).toBe('slow');
    expect(stream.destroyed).toBe(true);
  });
});

function* chunks(size: number, chunkSize: number): Generator<Buffer> {
  for (let rest = size; rest > 0; rest -= chunkSize) {
    yield Buffer.alloc(Math.min(rest, chunkSize), 'x');
  }
}
