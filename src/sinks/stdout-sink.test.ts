import { Writable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { outcome } from '../../test/support/sinks/cycle-outcome.ts';
import type { MetricFamily, Series } from '../metrics/series.ts';
import type { SinkSession } from './sink.ts';
import { createStdoutSink } from './stdout-sink.ts';

const first: MetricFamily = { name: 'first', help: 'One.', type: 'gauge' };
const second: MetricFamily = { name: 'second', help: 'Two.', type: 'gauge' };
const other: MetricFamily = { name: 'other', help: 'Not in the order.', type: 'gauge' };

describe('createStdoutSink', () => {
  it('prints each family together: first the given ones in their order, then the others', async () => {
    const { session, printed } = setup();

    await session.write([toSeries(other, 1), toSeries(second, 2)]);
    await session.write([toSeries(first, 3), toSeries(second, 4)]);
    const delivery = await session.close(outcome);

    const text = `# HELP first One.
# TYPE first gauge
first{cluster="c"} 3
# HELP second Two.
# TYPE second gauge
second{cluster="c"} 2
second{cluster="c"} 4
# HELP other Not in the order.
# TYPE other gauge
other{cluster="c"} 1
`;
    expect(printed.join('')).toBe(text);
    expect(delivery).toEqual({
      sink: 'stdout',
      status: 'delivered',
      sent: 4,
      rejected: 0,
      pending: 0,
      persisted: 0,
      retries: 0,
      bytes: text.length,
      errors: [],
    });
  });

  it('prints nothing before everything is read', async () => {
    const { session, printed } = setup();

    await session.write([toSeries(first, 1)]);

    expect(printed).toEqual([]);
  });

  it('prints nothing at all when the source fails', async () => {
    const { session, printed } = setup();
    await session.write([toSeries(first, 1)]);

    expect(await session.abort(outcome)).toMatchObject({
      status: 'failed',
      sent: 0,
      rejected: 1,
      pending: 0,
      persisted: 0,
      errors: ['nothing was printed: the source failed'],
    });
    expect(printed).toEqual([]);
  });

  it('prints nothing for no series', async () => {
    const { session, printed } = setup();

    expect(await session.close(outcome)).toMatchObject({ status: 'delivered', sent: 0, bytes: 0 });
    expect(printed).toEqual([]);
  });

  it('waits for a slow reader', async () => {
    const { session, printed, waiting } = setup({ delayMs: 1 });
    await session.write(Array.from({ length: 5000 }, (_, index) => toSeries(first, index)));

    await session.close(outcome);

    expect(printed.join('').split('\n')).toHaveLength(5000 + 3);
    expect(waiting.length).toBeGreaterThan(3);
    expect(new Set(waiting)).toEqual(new Set([0]));
  });

  it('reports why the text was not written', async () => {
    const { session, stream } = setup({ failure: new Error('write EPIPE') });
    // The stream also emits the error, which ends a process that does not listen.
    stream.on('error', () => undefined);
    await session.write([toSeries(first, 1), toSeries(first, 2)]);

    expect(await session.close(outcome)).toMatchObject({
      status: 'failed',
      sent: 0,
      rejected: 2,
      pending: 0,
      persisted: 0,
      errors: ['write EPIPE'],
    });
  });
});

interface StreamOptions {
  readonly delayMs?: number;
  readonly failure?: Error;
}

function setup({ delayMs = 0, failure }: StreamOptions = {}) {
  const printed: string[] = [];
  /** Bytes that the stream was given beyond those of each write. */
  const waiting: number[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      waiting.push(this.writableLength - chunk.length);
      printed.push(chunk.toString());
      setTimeout(() => done(failure), delayMs);
    },
  });
  const sink = createStdoutSink({ stream, familyOrder: ['first', 'second'] });
  const session: SinkSession = sink.open(
    { timestampMs: 1, cluster: 'c' },
    { signal: new AbortController().signal },
  );
  return { session, stream, printed, waiting };
}

function toSeries(family: MetricFamily, value: number): Series {
  return { family, labels: [{ name: 'cluster', value: 'c' }], value };
}
