import { describe, expect, it } from 'vitest';

import { BatchCodec } from '../batch/batch-codec.ts';
import type { Batch } from '../batch/batch.ts';
import { type WriteClient, WriteError, type WriteResult } from '../client/write-client.ts';
import type { TimeSeries } from '../time-series.ts';
import { snappyJs } from '../wire/compress.ts';
import type { ProtocolVersion } from '../wire/protocol.ts';
import { protocols } from '../wire/protocols.ts';
import { BatchDelivery } from './batch-delivery.ts';
import { ProtocolChoice, type WantedProtocol } from './protocol-choice.ts';
import { RequestSize } from './request-size.ts';

const { signal } = new AbortController();
const codec = new BatchCodec(snappyJs);

type Answer = (samples: number) => WriteResult;

describe('BatchDelivery', () => {
  it.each`
    what                               | wanted    | answer                                                        | outcome
    ${'is taken'}                      | ${'2.0'}  | ${taken}                                                      | ${{ sent: 5 }}
    ${'is taken by 1.0'}               | ${'1.0'}  | ${misread}                                                    | ${{ sent: 5 }}
    ${'waits'}                         | ${'auto'} | ${away}                                                       | ${{ pending: 5 }}
    ${'is refused'}                    | ${'auto'} | ${refuses(422)}                                               | ${{ rejected: 5 }}
    ${'is refused in part'}            | ${'auto'} | ${refuses(400, 3)}                                            | ${{ sent: 3, rejected: 2 }}
    ${'is taken in part'}              | ${'auto'} | ${() => taken(4)}                                             | ${{ sent: 4, rejected: 1 }}
    ${'is no longer wanted'}           | ${'2.0'}  | ${refuses(415)}                                               | ${{ rejected: 5 }}
    ${'is misread'}                    | ${'2.0'}  | ${misread}                                                    | ${{ rejected: 5 }}
    ${'is said to be more than it is'} | ${'2.0'}  | ${() => taken(9)}                                             | ${{ sent: 5 }}
    ${'is for another replica'}        | ${'2.0'}  | ${queued}                                                     | ${{ sent: 5 }}
    ${'is not written for another'}    | ${'auto'} | ${() => ({ status: 'success', httpStatus: 202, written: 0 })} | ${{ sent: 5 }}
  `('counts samples that $what', async ({ wanted, answer, outcome }: OutcomeCase) => {
    const { delivery, sent } = setup({ wanted, answers: [answer] });

    const result = await delivery.deliver(createBatch(5), signal);

    expect(result).toMatchObject({ sent: 0, rejected: 0, pending: 0, ...outcome });
    expect(result.errors.length).toBe(result.rejected + result.pending > 0 ? 1 : 0);
    expect(sent).toHaveLength(1);
  });

  it.each([refuses(415), misread, queued])('falls back to 1.0, and stays there', async (answer) => {
    const { delivery, sent } = setup({ answers: [answer] });

    expect(await delivery.deliver(createBatch(5), signal)).toMatchObject({ sent: 5 });
    expect(await delivery.deliver(createBatch(2), signal)).toMatchObject({ sent: 2 });

    expect(sent).toEqual(['2.0: 5', '1.0: 5', '1.0: 2']);
  });

  it('falls back once for all requests that were in flight', async () => {
    const { delivery, sent } = setup({ answers: [refuses(415), misread, refuses(415)] });

    const outcomes = await Promise.all(
      [1, 2, 3].map(async (samples) => delivery.deliver(createBatch(samples), signal)),
    );

    expect(outcomes.map(({ sent: count }) => count)).toEqual([1, 2, 3]);
    expect(sent.toSorted()).toEqual(['1.0: 1', '1.0: 2', '1.0: 3', '2.0: 1', '2.0: 2', '2.0: 3']);
  });

  it.each([misread, queued])(
    'falls back if a receiver that knew 2.0 omits the counts',
    async (second) => {
      const { delivery, sent } = setup({ answers: [taken, second] });

      for (let i = 0; i < 3; i++) await delivery.deliver(createBatch(2), signal);

      expect(sent).toEqual(['2.0: 2', '2.0: 2', '1.0: 2', '1.0: 2']);
    },
  );

  it.each([taken, refuses(400, 1)])(
    'falls back if a receiver that had confirmed 2.0 answers 415',
    async (first) => {
      const { delivery, sent } = setup({ answers: [first, refuses(415)] });

      for (let i = 0; i < 3; i++) await delivery.deliver(createBatch(2), signal);

      expect(sent).toEqual(['2.0: 2', '2.0: 2', '1.0: 2', '1.0: 2']);
    },
  );

  it('halves requests that are too large, and keeps the smaller size', async () => {
    const size = new RequestSize({ maxSamples: 100, maxBytes: 1e6 });
    const { delivery, sent } = setup({ answers: [refuses(413), refuses(413)], size });

    expect(await delivery.deliver(createBatch(9), signal)).toMatchObject({
      sent: 9,
      pending: 0,
    });

    expect(sent).toEqual(['2.0: 9', '2.0: 5', '2.0: 3', '2.0: 2', '2.0: 4']);
    expect(size.limits.maxSamples).toBe(3);
  });

  it('sends few requests to a receiver that rejects every size, and splits again later', async () => {
    const size = new RequestSize({ maxSamples: 100, maxBytes: 1e6 });
    const { delivery, sent, answerWith } = setup({ otherwise: refuses(413), size });

    expect(await delivery.deliver(createBatch(64), signal)).toMatchObject({ rejected: 64 });
    expect(sent.length).toBeLessThan(20);
    sent.length = 0;
    await delivery.deliver(createBatch(64), signal);
    expect(sent).toEqual(['2.0: 64']);

    answerWith(taken);
    await delivery.deliver(createBatch(64), signal);
    expect(size.canSplit).toBe(true);
    expect(size.limits.maxSamples).toBe(100);
  });

  it('counts all samples if one half is pending', async () => {
    const { delivery } = setup({ answers: [refuses(413), taken, away] });

    const outcome = await delivery.deliver(createBatch(5), signal);

    expect(outcome).toMatchObject({ sent: 3, pending: 2, rejected: 0 });
  });

  it('sends nothing after a pending part, so that pending samples are the last ones of the batch', async () => {
    const { delivery, sent } = setup({ answers: [refuses(413), away, taken] });

    const outcome = await delivery.deliver(createBatch(5), signal);

    expect(outcome).toMatchObject({ sent: 0, pending: 5, rejected: 0 });
    expect(sent).toEqual(['2.0: 5', '2.0: 3']);
  });

  it('sends the rest of a batch in requests of the size that the receiver accepts', async () => {
    const size = new RequestSize({ maxSamples: 100, maxBytes: 1e6 });
    size.reduceTo(2);
    const { delivery, sent } = setup({ size });

    expect(await delivery.deliver(createBatch(7), signal, 4)).toMatchObject({ sent: 3 });

    expect(sent).toEqual(['2.0: 2', '2.0: 1']);
  });

  it('rejects when it is aborted', async () => {
    const { delivery } = setup({});

    await expect(delivery.deliver(createBatch(1), AbortSignal.abort())).rejects.toThrow(/abort/);
  });
});

interface OutcomeCase {
  readonly wanted: WantedProtocol;
  readonly answer: Answer;
  readonly outcome: object;
}

interface Setup {
  readonly wanted?: WantedProtocol;
  readonly answers?: Answer[];
  readonly otherwise?: Answer;
  readonly size?: RequestSize;
}

function setup({ wanted = 'auto', answers = [], otherwise = taken, size }: Setup) {
  const sent: string[] = [];
  let later = otherwise;
  function createClient(version: ProtocolVersion): WriteClient {
    return {
      async write(body, options) {
        options.signal.throwIfAborted();
        const { length } = protocols[version].decode(snappyJs.uncompress(body));
        sent.push(`${version}: ${length}`);
        const answer = answers.shift() ?? later;
        return answer(length);
      },
    };
  }
  const delivery = new BatchDelivery({
    clients: { '1.0': createClient('1.0'), '2.0': createClient('2.0') },
    choice: new ProtocolChoice(wanted),
    codec,
    size: size ?? new RequestSize({ maxSamples: 100, maxBytes: 1e6 }),
  });
  function answerWith(answer: Answer): void {
    later = answer;
  }
  return { delivery, sent, answerWith };
}

function createBatch(samples: number): Batch {
  const series = Array.from({ length: samples }, (_, i): TimeSeries => ({
    labels: [{ name: '__name__', value: `ks_${i}` }],
    metadata: { type: 'gauge', help: '' },
    value: i,
    timestampMs: 1_700_000_000_000,
  }));
  const limits = { maxSamples: Infinity, maxBytes: Infinity };
  const [batch] = codec.encode(series, protocols['2.0'], limits);
  if (batch === undefined) throw new Error('no series');
  return batch;
}

function taken(written: number): WriteResult {
  return { status: 'success', httpStatus: 204, written };
}

function misread(): WriteResult {
  return { status: 'success', httpStatus: 204 };
}

function queued(): WriteResult {
  return { status: 'success', httpStatus: 202 };
}

function away(): WriteResult {
  return { status: 'retryable', error: new WriteError('no answer') };
}

function refuses(httpStatus: number, written?: number): Answer {
  const error = new WriteError(`answered ${httpStatus}`, { httpStatus });
  return () => ({ status: 'rejected', error, ...(written !== undefined && { written }) });
}
