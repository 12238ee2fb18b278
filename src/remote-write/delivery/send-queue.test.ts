import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import type { Batch } from '../batch/batch.ts';
import { MemoryBatch } from '../push-store/memory-batch.ts';
import { noSamples, type SampleCounts } from '../sample-counts.ts';
import { SendQueue, type SendQueueOptions } from './send-queue.ts';

const success: SampleCounts = { ...noSamples, sent: 10, bytes: 1 };
const rejected: SampleCounts = { ...noSamples, rejected: 10, errors: ['answered 400'] };
const unreachable: SampleCounts = { ...noSamples, pending: 10, errors: ['no answer'] };

describe('O1: SendQueue', () => {
  it('reports nothing without batches', async () => {
    const queue = createQueue(new ManualDelivery());

    expect(await queue.drain()).toEqual(noSamples);
  });

  it('limits the requests in flight and keeps the order of batches', async () => {
    const client = new ManualDelivery();
    const queue = createQueue(client, { concurrency: 2 });

    for (const size of [1, 2, 3, 4]) await queue.push(createBatch(size));
    expect(client.sizes).toEqual([1, 2]);

    client.answer(success);
    await nextTurn();
    expect(client.sizes).toEqual([1, 2, 3]);

    await client.answerAll(success);
    expect(client.sizes).toEqual([1, 2, 3, 4]);
    expect(await queue.drain()).toMatchObject({ sent: 40, bytes: 4 });
  });

  it('counts samples, bytes and distinct errors', async () => {
    const client = new ManualDelivery();
    const queue = createQueue(client, { concurrency: 4 });
    for (const size of [1, 2, 3]) await queue.push(createBatch(size));
    queue.reject('label a is empty');

    client.answer(success);
    await client.answerAll(rejected);

    expect(await queue.drain()).toEqual({
      sent: 10,
      rejected: 21,
      pending: 0,
      persisted: 0,
      bytes: 1,
      errors: ['not sent: label a is empty', 'answered 400 (2 times)'],
    });
  });

  it('blocks while it is full, but accepts a batch of any size if it is empty', async () => {
    const client = new ManualDelivery();
    const queue = createQueue(client, { concurrency: 1, maxHeldBytes: 10 });
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

  it('S7: blocks while it holds the maximum number of samples', async () => {
    const client = new ManualDelivery();
    const queue = createQueue(client, { concurrency: 1, maxHeldSamples: 15 });
    await queue.push(createBatch(1));
    await queue.push(createBatch(1));
    let pushed = false;

    const pushing = queue.push(createBatch(1)).then(() => (pushed = true));
    await nextTurn();
    expect(pushed).toBe(false);

    client.answer(success);
    await pushing;
    expect(client.sizes).toEqual([1, 1]);
  });

  it('exceeds its limit in samples while the receiver does not answer', async () => {
    const client = new ManualDelivery();
    const patience = { samplesMs: 20, bytesMs: 1e6 };
    const queue = createQueue(client, { maxHeldSamples: 15, patience });

    for (const size of [1, 2, 3, 4]) await queue.push(createBatch(size));
    expect(client.sizes).toEqual([1]);

    await client.answerAll(success);
    expect(await queue.drain()).toMatchObject({ sent: 40, pending: 0 });
  });

  it('leaves batches pending that exceed its limit in bytes while the receiver does not answer', async () => {
    const client = new ManualDelivery();
    const patience = { samplesMs: 0, bytesMs: 20 };
    const queue = createQueue(client, { maxHeldBytes: 5, patience });

    for (const size of [1, 2, 3, 4]) await queue.push(createBatch(size));
    await client.answerAll(success);

    expect(client.sizes).toEqual([1, 2, 3]);
    expect(await queue.drain()).toMatchObject({
      sent: 30,
      pending: 10,
      errors: ['not sent: too many samples are waiting for an unavailable receiver'],
    });
  });

  it('waits for a slow receiver as long as it answers', async () => {
    const client = new ManualDelivery();
    const patience = { samplesMs: 0, bytesMs: 60 };
    const queue = createQueue(client, { maxHeldBytes: 5, patience });
    const timer = setInterval(() => client.answer(success), 20);

    for (const size of [5, 5, 5, 5, 5, 5]) await queue.push(createBatch(size));
    const counts = await queue.drain();
    clearInterval(timer);

    expect(counts).toMatchObject({ sent: 60, pending: 0 });
  });

  it('leaves queued batches pending and cancels requests when aborted', async () => {
    const client = new ManualDelivery();
    const queue = createQueue(client, { concurrency: 1, maxHeldBytes: 3 });
    await queue.push(createBatch(1));
    await queue.push(createBatch(2));
    const blocked = queue.push(createBatch(3));

    queue.abort();
    await blocked;
    await queue.push(createBatch(4));

    expect(await queue.drain()).toEqual({
      sent: 0,
      rejected: 0,
      pending: 40,
      persisted: 0,
      bytes: 0,
      errors: ['not sent: stopped before the receiver answered (4 times)'],
    });
    expect(client.sizes).toEqual([1]);
  });

  it('acknowledges accepted and rejected batches, and no others', async () => {
    const client = new ManualDelivery();
    const queue = createQueue(client, { concurrency: 3 });
    const batches = [1, 2, 3].map(createBatch);
    for (const batch of batches) await queue.push(batch);

    client.answer(success);
    client.answer(rejected);
    client.answer(unreachable);
    const report = await queue.drain();

    expect(batches.map(({ isAcknowledged }) => isAcknowledged)).toEqual([true, true, false]);
    expect(report).toMatchObject({ sent: 10, rejected: 10, pending: 10 });
  });

  it('sends nothing before it is opened', async () => {
    const client = new ManualDelivery();
    let open: (() => void) | undefined;
    const after = new Promise<void>((resolve) => {
      open = resolve;
    });
    const queue = createQueue(client, { after });
    await queue.push(createBatch(1));
    await nextTurn();
    expect(client.sizes).toEqual([]);

    open?.();
    await nextTurn();
    expect(client.sizes).toEqual([1]);
  });

  it.each([
    ['a delivery that throws', createBatch(1)],
    ['a batch that cannot be read back', unreadable(createBatch(1))],
  ])('counts a batch that is lost because of %s', async (_, batch) => {
    const queue = createQueue({ deliver: async () => Promise.reject(new Error('a bug')) });
    await queue.push(batch);

    const report = await queue.drain();

    expect(report).toMatchObject({ rejected: 10 });
    expect(report.errors[0]).toMatch(/^not sent: (?:a bug|it is damaged)/);
    expect(batch.isAcknowledged).toBe(true);
  });
});

/** Responds on demand, in the order of the requests. */
class ManualDelivery {
  readonly sizes: number[] = [];
  readonly #pending: ((outcome: SampleCounts) => void)[] = [];

  async deliver({ body }: Batch, signal: AbortSignal): Promise<SampleCounts> {
    this.sizes.push(body.length);
    return new Promise((resolve, reject) => {
      this.#pending.push(resolve);
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  }

  answer(result: SampleCounts): void {
    this.#pending.shift()?.(result);
  }

  /** Also answers the requests that are sent in reaction to a response. */
  async answerAll(result: SampleCounts): Promise<void> {
    while (this.#pending.length > 0) {
      this.answer(result);
      await nextTurn();
    }
  }
}

function createQueue(
  delivery: SendQueueOptions['delivery'],
  options: Partial<Omit<SendQueueOptions, 'delivery'>> = {},
): SendQueue {
  return new SendQueue({ concurrency: 1, maxHeldBytes: 1000, ...options, delivery });
}

function createBatch(size: number): MemoryBatch {
  const batch: Batch = { version: '1.0', body: new Uint8Array(size), samples: 10 };
  return new MemoryBatch(
    { kind: 'results', batch, hashes: new Uint32Array() },
    { isResendable: false },
  );
}

function unreadable(batch: MemoryBatch): MemoryBatch {
  return Object.assign(batch, {
    read() {
      throw new Error('it is damaged');
    },
  });
}
