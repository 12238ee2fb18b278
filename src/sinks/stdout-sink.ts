import type { Writable } from 'node:stream';

import { ExpositionBuffer } from '../metrics/exposition/exposition-buffer.ts';
import { noSamples, type SampleCounts } from '../remote-write/sample-counts.ts';
import { SinkCounters } from './sink-counters.ts';
import type { Delivery, Sink, SinkSession } from './sink.ts';

export interface StdoutSinkOptions {
  readonly stream: Writable;
  /** Names of metric families in print order. Families without a position follow. */
  readonly familyOrder: readonly string[];
}

/** Prints exposition text, but only after the source was read completely, so the text is never partial. */
export function createStdoutSink({ stream, familyOrder }: StdoutSinkOptions): Sink {
  const name = 'stdout';
  const counters = new SinkCounters();

  function record(counts: SampleCounts): Delivery {
    counters.add(counts);
    const status = counts.errors.length === 0 ? 'delivered' : 'failed';
    return { sink: name, status, ...counts, retries: 0 };
  }

  function fail(series: number, error: string): Delivery {
    return record({ ...noSamples, rejected: series, errors: [error] });
  }

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
          if (error !== undefined) return fail(buffer.series, error);
          counters.lastSuccessMs = timestampMs;
          return record({ ...noSamples, sent: buffer.series, bytes });
        },
        async abort() {
          const reason = signal.aborted ? 'interrupted' : 'the source failed';
          return fail(buffer.series, `nothing was printed: ${reason}`);
        },
      };
    },
  };
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
    return { bytes, error: describe(error) };
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isClosed = 'code' in error && error.code === 'EPIPE';
  return isClosed ? 'the reader closed the pipe before everything was printed' : error.message;
}

/** Waits until the chunk is written, so that a slow reader does not fill the memory. */
async function write(stream: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}
