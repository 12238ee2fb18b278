import type { Writable } from 'node:stream';

import { ExpositionBuffer } from '../metrics/exposition/exposition-buffer.ts';
import { DeliveryCounts } from './delivery-counts.ts';
import type { Delivery, Sink, SinkSession } from './sink.ts';

export interface StdoutSinkOptions {
  readonly stream: Writable;
  /** Names of families in the order to print them; others come after. */
  readonly familyOrder: readonly string[];
}

/** Prints the exposition text. Nothing is printed before all is known, so half a text never is. */
export function createStdoutSink({ stream, familyOrder }: StdoutSinkOptions): Sink {
  const name = 'stdout';
  const counters = new DeliveryCounts();
  return {
    name,
    counters,
    open({ timestampMs }, { signal }): SinkSession {
      const buffer = new ExpositionBuffer(familyOrder);
      return {
        async write(series) {
          buffer.add(series);
        },
        async close({ selfSeries }) {
          buffer.add(selfSeries());
          const { bytes, error } = await writeAll(stream, buffer.chunks());
          const sent = error === undefined ? buffer.series : 0;
          const errors = error === undefined ? [] : [error];
          const delivery = { sent, failed: buffer.series - sent, bytes, errors };
          return counters.add(toDelivery(name, delivery), timestampMs);
        },
        async abort() {
          const reason = signal.aborted ? 'interrupted' : 'the source failed';
          const errors = [`nothing was printed: ${reason}`];
          const delivery = { sent: 0, failed: buffer.series, bytes: 0, errors };
          return counters.add(toDelivery(name, delivery), timestampMs);
        },
      };
    },
  };
}

function toDelivery(
  sink: string,
  counts: Pick<Delivery, 'sent' | 'failed' | 'bytes' | 'errors'>,
): Delivery {
  const status = counts.errors.length === 0 ? 'delivered' : 'failed';
  return { sink, status, retries: 0, ...counts };
}

interface Written {
  readonly bytes: number;
  readonly error?: string;
}

async function writeAll(stream: Writable, chunks: Iterable<Buffer>): Promise<Written> {
  let bytes = 0;
  try {
    for (const chunk of chunks) {
      await write(stream, chunk);
      bytes += chunk.length;
    }
    return { bytes };
  } catch (error) {
    return { bytes, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Waits for each piece, so that a slow reader holds us up and not our memory. */
async function write(stream: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}
