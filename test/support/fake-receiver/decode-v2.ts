import { z } from 'zod';

import { decodeStrictly } from './decode-strictly.ts';
import type { DecodedLabel, DecodedRequest } from './decoded.ts';
import { RequestV2 } from './schema.ts';

const Metadata = z.object({ type: z.number(), helpRef: z.number(), unitRef: z.number() });
const NO_METADATA: z.infer<typeof Metadata> = { type: 0, helpRef: 0, unitRef: 0 };

const Message = z.object({
  symbols: z.array(z.string()),
  timeseries: z.array(
    z.object({
      labelsRefs: z.array(z.number()),
      samples: z.array(z.object({ value: z.coerce.bigint(), timestamp: z.coerce.number() })),
      histograms: z.array(z.unknown()),
      metadata: Metadata.nullable().transform((metadata) => metadata ?? NO_METADATA),
    }),
  ),
});
type Message = z.infer<typeof Message>;
type SeriesMessage = Message['timeseries'][number];

/** Reads an `io.prometheus.write.v2.Request` and resolves its symbols. */
export function decodeV2(bytes: Buffer): DecodedRequest {
  const { message, violations } = decodeStrictly(RequestV2, bytes);
  const request = Message.parse(message);
  const { symbols, timeseries } = request;
  return {
    protocol: '2.0',
    symbols,
    series: timeseries.map(({ labelsRefs, samples, metadata: { type, helpRef } }) => ({
      labels: resolveLabels(symbols, labelsRefs),
      metadata: { type, help: lookUp(symbols, helpRef) },
      samples: samples.map(({ value, timestamp }) => ({ bits: value, timestampMs: timestamp })),
    })),
    violations: [...violations, ...checkSymbols(symbols), ...checkAllSeries(request)],
  };
}

function resolveLabels(symbols: readonly string[], refs: readonly number[]): DecodedLabel[] {
  const labels: DecodedLabel[] = [];
  for (let i = 0; i < refs.length; i += 2) {
    labels.push({ name: lookUp(symbols, refs[i]), value: lookUp(symbols, refs[i + 1]) });
  }
  return labels;
}

function lookUp(symbols: readonly string[], ref: number | undefined): string {
  return symbols[ref ?? 0] ?? '';
}

function* checkSymbols(symbols: readonly string[]): Generator<string> {
  if (symbols[0] !== '') yield 'the first symbol is not empty';
  if (new Set(symbols).size < symbols.length) yield 'a symbol occurs twice';
}

function* checkAllSeries({ symbols, timeseries }: Message): Generator<string> {
  for (const series of timeseries) {
    yield* checkSeries(series);
    const { labelsRefs, metadata } = series;
    const highest = Math.max(...labelsRefs, metadata.helpRef, metadata.unitRef);
    if (highest >= symbols.length) yield 'a symbol is referred to but not there';
  }
}

function* checkSeries({
  labelsRefs,
  samples,
  histograms,
  metadata,
}: SeriesMessage): Generator<string> {
  if (labelsRefs.length % 2 === 1) yield 'a label has no value';
  if (samples.length > 0 && histograms.length > 0) yield 'a series has samples and histograms';
  if (metadata.type === 0) yield 'a series has no metadata type';
}
