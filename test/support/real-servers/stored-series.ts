import { z } from 'zod';

const ASK_MS = 30_000;

/** The stored samples of one series, oldest first, without stale markers. */
export interface StoredSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly { readonly timestampMs: number; readonly value: number }[];
}

const Matrix = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});

/** Returns all samples of the selected series in the last hour, as Prometheus has stored them. */
export async function askPrometheus(
  url: string,
  selector: string,
  timeMs = Date.now() + 60_000,
): Promise<readonly StoredSeries[]> {
  const form = new URLSearchParams({ query: `${selector}[1h]`, time: String(timeMs / 1000) });
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: form,
    signal: AbortSignal.timeout(ASK_MS),
  });
  if (!response.ok) throw new Error(`${selector}: ${response.status} ${await response.text()}`);
  return Matrix.parse(await response.json()).data.result.map(({ metric, values }) => ({
    labels: metric,
    samples: values.map(([seconds, text]) => ({
      timestampMs: Math.round(seconds * 1000),
      value: Number(text.replace(/Inf$/, 'Infinity')),
    })),
  }));
}

const ExportLine = z.object({
  metric: z.record(z.string(), z.string()),
  values: z.array(z.union([z.number(), z.string(), z.null()])),
  timestamps: z.array(z.number()),
});

/** All rows of the selected series in VictoriaMetrics, including repeated ones. */
export async function askVictoriaMetrics(
  url: string,
  selector: string,
): Promise<readonly StoredSeries[]> {
  await fetch(`${url}/internal/force_flush`, { signal: AbortSignal.timeout(ASK_MS) });
  // By default, the range ends at the last full second.
  const end = String(Date.now() / 1000 + 60);
  const query = new URLSearchParams({ 'match[]': selector, end });
  const response = await fetch(`${url}/api/v1/export?${query.toString()}`, {
    signal: AbortSignal.timeout(ASK_MS),
  });
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const { metric, values, timestamps } = ExportLine.parse(JSON.parse(line));
    const samples = timestamps.flatMap((timestampMs, index) => {
      const value = values[index];
      return typeof value === 'number' ? [{ timestampMs, value }] : [];
    });
    return { labels: metric, samples };
  });
}

/** Returns a key that identifies a series, whatever the order of its labels. */
export function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Returns keys that identify samples by series and time, but not by value: each time has one value. */
export function sampleKeys(stored: readonly StoredSeries[]): readonly string[] {
  return stored.flatMap(({ labels, samples }) => {
    const series = keyOf(labels);
    return samples.map(({ timestampMs }) => `${timestampMs} ${series}`);
  });
}
