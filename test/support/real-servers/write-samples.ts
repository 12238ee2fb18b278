import { sortLabelNames } from '../../../src/metrics/label-value-limiter.ts';
import type { TimeSeries } from '../../../src/remote-write/time-series.ts';
import { compressSnappyBlock } from '../../../src/remote-write/wire/compress.ts';
import { remoteWriteV1 } from '../../../src/remote-write/wire/protocols.ts';
import type { Sample } from '../metrics/exposition-values.ts';
import { encode } from '../remote-write/wire-bytes.ts';

/** Writes samples with any timestamp. The command line always uses the current time. */
export async function writeSamples(
  url: string,
  samples: readonly Sample[],
  timestampMs: number,
): Promise<void> {
  const series = samples.map(({ name, labels, value }): TimeSeries => {
    const all: Readonly<Record<string, string>> = { ...labels, __name__: name };
    const names = sortLabelNames(Object.keys(all));
    return {
      labels: names.map((label) => ({ name: label, value: all[label] ?? '' })),
      metadata: { type: 'gauge', help: '' },
      value,
      timestampMs: Math.round(timestampMs),
    };
  });
  const body = Buffer.from(compressSnappyBlock(encode(remoteWriteV1, series)));
  const { headers } = remoteWriteV1;
  const response = await fetch(url, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`writing samples: ${response.status} ${await response.text()}`);
}
