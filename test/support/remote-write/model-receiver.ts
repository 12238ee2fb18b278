import { setImmediate as nextTurn } from 'node:timers/promises';

import {
  type WriteClient,
  WriteError,
  type WriteOptions,
  type WriteResult,
} from '../../../src/remote-write/client/write-client.ts';
import { METRIC_NAME } from '../../../src/remote-write/labels/labels.ts';
import { STALE, type TimeSeries } from '../../../src/remote-write/time-series.ts';
import { snappyJs } from '../../../src/remote-write/wire/compress.ts';
import type { ProtocolVersion } from '../../../src/remote-write/wire/protocol.ts';
import { protocols } from '../../../src/remote-write/wire/protocols.ts';

/** What happens to one request. */
export const faults = [
  'none',
  'unavailable',
  /** The receiver has stored the request, but the connection breaks before the answer. */
  'answer lost',
  /** One series of the request is rejected. */
  'partial',
  /** The sender is aborted while it waits. */
  'stop',
  'stored, then stop',
] as const;
export type Fault = (typeof faults)[number];

export interface ModelReceiverOptions {
  readonly script: readonly Fault[];
  /** How a 1.0 receiver responds to 2.0. */
  readonly onVersionTwo: 'knows' | 'refuses' | 'misreads';
  /** Requests with more samples are answered with 413. */
  readonly maxSamples: number;
  readonly onStop: () => void;
}

interface Stored {
  readonly timestampMs: number;
  readonly value: TimeSeries['value'];
  /** Whether the sender got the response. */
  readonly isKnown: boolean;
}

/** Stores samples like Prometheus, and records each violation by a sender. */
export class ModelReceiver {
  readonly violations: string[] = [];
  readonly history = new Map<string, Stored[]>();
  /** Series with a rejected sample. The sender may forget them. */
  readonly refused = new Set<string>();
  /** Series that are alive in the push with a timestamp, and must not have a stale marker. */
  readonly aliveAt = new Map<number, ReadonlySet<string>>();
  readonly #options: ModelReceiverOptions;
  readonly #script: Fault[];

  constructor(options: ModelReceiverOptions) {
    this.#options = options;
    this.#script = [...options.script];
  }

  /** Adds faults for the next requests. */
  fail(script: readonly Fault[]): void {
    this.#script.push(...script);
  }

  /** Accepts every request from now on. */
  heal(): void {
    this.#script.length = 0;
  }

  readonly clients: Readonly<Record<ProtocolVersion, WriteClient>> = {
    '1.0': { write: async (body, options) => this.#receive('1.0', body, options) },
    '2.0': { write: async (body, options) => this.#receive('2.0', body, options) },
  };

  async #receive(
    version: ProtocolVersion,
    body: Uint8Array,
    { signal }: WriteOptions,
  ): Promise<WriteResult> {
    signal.throwIfAborted();
    await nextTurn();
    signal.throwIfAborted();
    const series = protocols[version].decode(snappyJs.uncompress(body));
    const fault = this.#script.shift() ?? 'none';
    if (fault === 'unavailable') return unavailable;
    const isForeign = version === '2.0' && this.#options.onVersionTwo !== 'knows';
    if (fault === 'stop' || fault === 'stored, then stop') {
      if (fault !== 'stop' && !isForeign) this.#store(series, false);
      this.#options.onStop();
      signal.throwIfAborted();
      return unavailable;
    }
    return isForeign ? this.#misunderstand() : this.#take(version, series, fault);
  }

  #misunderstand(): WriteResult {
    const refuses = this.#options.onVersionTwo === 'refuses';
    return refuses ? rejected(415) : { status: 'success', httpStatus: 204 };
  }

  #take(version: ProtocolVersion, series: readonly TimeSeries[], fault: Fault): WriteResult {
    if (series.length > this.#options.maxSamples) return rejected(413);
    if (fault === 'partial') return this.#refuseOne(version, series);
    this.#store(series, fault !== 'answer lost');
    if (fault === 'answer lost') return unavailable;
    const written = version === '2.0' ? { written: series.length } : {};
    return { status: 'success', httpStatus: 204, ...written };
  }

  #refuseOne(version: ProtocolVersion, series: readonly TimeSeries[]): WriteResult {
    const [first, ...others] = series;
    const refused = version === '1.0' ? series : first === undefined ? [] : [first];
    for (const one of refused) this.refused.add(keyOf(one));
    if (version === '1.0') return rejected(400);
    this.#store(others, true);
    return { ...rejected(400), written: others.length };
  }

  #store(series: readonly TimeSeries[], isKnown: boolean): void {
    const keys = series.map(keyOf);
    if (new Set(keys).size < keys.length) this.violations.push('a series twice in a request');
    for (const one of series) this.#storeOne(one, isKnown);
  }

  #storeOne(series: TimeSeries, isKnown: boolean): void {
    const { timestampMs, value } = series;
    const key = keyOf(series);
    const stored = this.history.get(key) ?? [];
    const newest = stored.at(-1);
    const what = `${key} ${String(value)} at ${timestampMs}`;
    if (newest !== undefined && timestampMs < newest.timestampMs) {
      this.violations.push(`${what} after ${newest.timestampMs}`);
    } else if (newest?.timestampMs === timestampMs) {
      if (newest.value !== value) this.violations.push(`${what} and ${String(newest.value)}`);
      if (isKnown) this.history.set(key, [...stored.slice(0, -1), { timestampMs, value, isKnown }]);
    } else {
      if (value === STALE) this.#checkMarker(key, timestampMs, newest);
      this.history.set(key, [...stored, { timestampMs, value, isKnown }]);
    }
  }

  #checkMarker(key: string, timestampMs: number, newest: Stored | undefined): void {
    if (newest?.value === STALE && newest.isKnown && !this.#livedIn(key, newest.timestampMs)) {
      this.violations.push(`${key} ended twice`);
    }
    if (this.aliveAt.get(timestampMs)?.has(key) === true) {
      this.violations.push(`${key} ended at ${timestampMs}, but lives`);
    }
  }

  /** Whether the series was alive in a later push, even if nothing of that push arrived. */
  #livedIn(key: string, sinceMs: number): boolean {
    return [...this.aliveAt].some(([timeMs, alive]) => timeMs > sinceMs && alive.has(key));
  }
}

function keyOf({ labels }: TimeSeries): string {
  return labels.find(({ name }) => name === METRIC_NAME)?.value ?? '';
}

const unavailable: WriteResult = {
  status: 'retryable',
  error: new WriteError('receiver answered 503'),
};

function rejected(httpStatus: number): WriteResult & { status: 'rejected' } {
  const error = new WriteError(`receiver answered ${httpStatus}`, { httpStatus });
  return { status: 'rejected', error };
}
