import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import type { Batch } from '../batch.ts';
import {
  type WriteClient,
  WriteError,
  type WriteOptions,
  type WriteResult,
} from '../write-client.ts';
import { SendQueue } from './send-queue.ts';

const success: WriteResult = { status: 'success' };
const rejected: WriteResult = { status: 'rejected', error: new WriteError('answered 400') };

describe('SendQueue', () => {
  it('has nothing to report when nothing was pushed', async () => {
    const queue = createQueue(new ManualClient());

    expect(await queue.drain()).toEqual({
      sentSamples: 0,
      failedSamples: 0,
      sentBytes: 0,
      errors: [],
    });
  });

  it('keeps to the number of requests in flight, and to the order of batches', async () => {
    const client = new ManualClient();
    const queue = createQueue(client, { concurrency: 2 });

    for (const size of [1, 2, 3, 4]) await queue.push(createBatch(size));
    expect(client.sizes).toEqual([1, 2]);

    client.answer(success);
    await nextTurn();
    expect(client.sizes).toEqual([1, 2, 3]);

    await client.answerAll(success);
    expect(client.sizes).toEqual([1, 2, 3, 4]);
    expect(await queue.drain()).toMatchObject({ sentSamples: 40, sentBytes: 10 });
  });

  it('counts samples, bytes and distinct errors', async () => {
    const client = new ManualClient();
    const queue = createQueue(client, { concurrency: 4 });
    for (const size of [1, 2, 3]) await queue.push(createBatch(size));
    queue.refuse('label a is empty');

    client.answer(success);
    await client.answerAll(rejected);

    expect(await queue.drain()).toEqual({
      sentSamples: 10,
      failedSamples: 21,
      sentBytes: 1,
      errors: ['not sent: label a is empty', 'answered 400 (2 times)'],
    });
  });

  it('waits while it is full, but takes a batch of any size when nothing else waits', async () => {
    const client = new ManualClient();
    const queue = createQueue(client, { concurrency: 1, maxWaitingBytes: 10 });
    await queue.push(createBatch(1));
    await queue.push(createBatch(50));
    let pushed = false;

    const pushing = queue.push(createBatch(2)).then(() => (pushed = true));
    await nextTurn();
    expect(pushed).toBe(false);

    client.answer(success);
    await pushing;
    expect(client.sizes).toEqual([1, 50]);
  });

  it('drops what waits and breaks off what is in flight when it is aborted', async () => {
    const client = new ManualClient();
    const queue = createQueue(client, { concurrency: 1, maxWaitingBytes: 3 });
    await queue.push(createBatch(1));
    await queue.push(createBatch(2));
    const blocked = queue.push(createBatch(3));

    queue.abort();
    await blocked;
    await queue.push(createBatch(4));

    expect(await queue.drain()).toEqual({
      sentSamples: 0,
      failedSamples: 40,
      sentBytes: 0,
      errors: ['not sent: stopped before the receiver answered (4 times)'],
    });
    expect(client.sizes).toEqual([1]);
  });

  it('survives a client that throws', async () => {
    const queue = createQueue({ write: async () => Promise.reject(new Error('a bug')) });
    await queue.push(createBatch(1));

    expect(await queue.drain()).toMatchObject({
      failedSamples: 10,
      errors: ['not sent: Error: a bug'],
    });
  });
});

/** Answers when it is told to, in the order of the requests. */
class ManualClient implements WriteClient {
  readonly sizes: number[] = [];
  readonly #pending: ((result: WriteResult) => void)[] = [];

  async write(body: Uint8Array, { signal }: WriteOptions): Promise<WriteResult> {
    this.sizes.push(body.length);
    return new Promise((resolve, reject) => {
      this.#pending.push(resolve);
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  }

  answer(result: WriteResult): void {
    this.#pending.shift()?.(result);
  }

  /** Also what is only sent because of an answer. */
  async answerAll(result: WriteResult): Promise<void> {
    while (this.#pending.length > 0) {
      this.answer(result);
      await nextTurn();
    }
  }
}

function createQueue(
  client: WriteClient,
  { concurrency = 1, maxWaitingBytes = 1000 } = {},
): SendQueue {
  return new SendQueue({ client, concurrency, maxWaitingBytes });
}

function createBatch(size: number): Batch {
  return { body: new Uint8Array(size), samples: 10 };
}
