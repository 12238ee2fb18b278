import { sampleKeys, type StoredSeries } from '../support/real-servers/stored-series.ts';
import { readKept } from '../support/remote-write/kept-samples.ts';
import { isOwn } from './fault-lab.ts';

interface KeptSamples {
  readonly all: ReadonlySet<string>;
  /** Keys of samples that are not self-metrics. */
  readonly results: ReadonlySet<string>;
}

/** Returns the keys of samples in a state folder that no receiver has acknowledged yet. */
export function persisted(stateDir: string): KeptSamples {
  const kept = readKept(stateDir).waiting.map(({ labels, samples }): StoredSeries => {
    const named = Object.fromEntries(labels.map(({ name, value }) => [name, value] as const));
    return {
      labels: named,
      samples: samples.map(({ timestampMs }) => ({ timestampMs, value: 0 })),
    };
  });
  return {
    all: new Set(sampleKeys(kept)),
    results: new Set(sampleKeys(kept.filter(({ labels }) => !isOwn(labels)))),
  };
}
