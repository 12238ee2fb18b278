import { pushTimeseries } from 'prometheus-remote-write';

import { Batcher } from '../src/remote-write/batch/batch.ts';
import type { TimeSeries } from '../src/remote-write/time-series.ts';
import { type Compressor, snappyJs } from '../src/remote-write/wire/compress.ts';
import { loadSnappy } from '../src/remote-write/wire/load-snappy.ts';
import type { Protocol } from '../src/remote-write/wire/protocol.ts';
import { remoteWriteV1, remoteWriteV2 } from '../src/remote-write/wire/protocols.ts';
import { makeSeries } from './support/made-series.ts';
import { median } from './support/median.ts';
import { printTable } from './support/print-table.ts';

const SERIES = 200_000;
const SERIES_PER_REQUEST = 2000;
const MAX_REQUEST_BYTES = 4 * 2 ** 20;
const ROUNDS = 5;

interface Contender {
  readonly name: string;
  /** Gives the bytes of all request bodies. */
  readonly encode: () => Promise<number>;
}

/** From series in memory to compressed request bodies: one thread, no network. */
export async function benchEncode(): Promise<void> {
  const series = makeSeries(SERIES);
  const native = await loadSnappy();
  const contenders = [
    ownContender(series, remoteWriteV1, snappyJs),
    ownContender(series, remoteWriteV1, native),
    ownContender(series, remoteWriteV2, snappyJs),
    ownContender(series, remoteWriteV2, native),
    peerContender(series),
  ];
  const results = contenders.map((contender) => ({ ...contender, rates: [0], bytes: 0 }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const result of results) {
      const startedAt = performance.now();
      result.bytes = await result.encode();
      result.rates[round] = (SERIES / (performance.now() - startedAt)) * 1000;
    }
  }
  printTable(`encode: ${SERIES} series of 12 labels, median of ${ROUNDS}`, [
    ['', 'series/s', 'bytes a series'],
    ...results.map(({ name, rates, bytes }) => [
      name,
      Math.round(median(rates)).toLocaleString('en-US'),
      (bytes / SERIES).toFixed(1),
    ]),
  ]);
}

/** Includes the check of every label, which is part of encoding a request. */
function ownContender(
  series: readonly TimeSeries[],
  protocol: Protocol,
  compressor: Compressor,
): Contender {
  return {
    name: `kubescape-push ${protocol.version}, ${compressor.name}`,
    async encode() {
      const batcher = new Batcher({
        protocol: () => protocol,
        compress: (raw) => compressor.compress(raw),
        limits: () => ({ maxSamples: SERIES_PER_REQUEST, maxBytes: MAX_REQUEST_BYTES }),
        onInvalid(reason) {
          throw new Error(reason);
        },
      });
      let bytes = 0;
      for (const one of series) bytes += batcher.add(one)?.body.length ?? 0;
      return bytes + (batcher.flush()?.body.length ?? 0);
    },
  };
}

/** The package takes labels as an object; making it is its own input and not measured. */
function peerContender(series: readonly TimeSeries[]): Contender {
  const requests: PeerSeries[][] = [];
  for (let start = 0; start < series.length; start += SERIES_PER_REQUEST) {
    requests.push(series.slice(start, start + SERIES_PER_REQUEST).map(toPeerSeries));
  }
  return {
    name: 'prometheus-remote-write (npm)',
    async encode() {
      let bytes = 0;
      for (const request of requests) {
        await pushTimeseries(request, {
          url: 'http://localhost',
          async fetch(_, init) {
            bytes += init?.body.byteLength ?? 0;
            return { status: 204, statusText: 'No Content', text: async () => '' };
          },
        });
      }
      return bytes;
    },
  };
}

type PeerSeries = Extract<Parameters<typeof pushTimeseries>[0], readonly unknown[]>[number];

function toPeerSeries({ labels, value, timestampMs }: TimeSeries): PeerSeries {
  return {
    labels: {
      __name__: '',
      ...Object.fromEntries(labels.map((label) => [label.name, label.value])),
    },
    samples: [{ value: typeof value === 'number' ? value : NaN, timestamp: timestampMs }],
  };
}
