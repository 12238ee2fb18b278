import { z } from 'zod';

const QUERY_MS = 10_000;

export interface QueriedSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A timestamp in seconds and the value, written the Go way. */
const Sample = z.tuple([z.number(), z.string()]);

const QueryAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('error'), error: z.string() }),
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({
        resultType: z.literal('vector'),
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: Sample })),
      }),
      z.object({ resultType: z.literal('scalar'), result: Sample }),
    ]),
  }),
]);
type QueryAnswer = z.infer<typeof QueryAnswer>;

/**
 * Runs an instant query over the Prometheus HTTP API. Always sends the time, because VictoriaMetrics
 * would otherwise round the current time down to a second and miss samples written just before.
 */
export async function queryInstant(
  url: string,
  promql: string,
  timeMs = Date.now(),
): Promise<readonly QueriedSample[]> {
  const form = new URLSearchParams({ query: promql, time: String(timeMs / 1000) });
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: form,
    signal: AbortSignal.timeout(QUERY_MS),
  });
  const answer = QueryAnswer.parse(await response.json());
  if (answer.status === 'error') throw new Error(`query ${promql} failed: ${answer.error}`);
  return samplesOf(answer.data);
}

function samplesOf(
  data: Extract<QueryAnswer, { status: 'success' }>['data'],
): readonly QueriedSample[] {
  if (data.resultType === 'scalar') return [{ labels: {}, value: parseValue(data.result[1]) }];
  return data.result.map(({ metric, value }) => ({ labels: metric, value: parseValue(value[1]) }));
}

/** Go writes infinities as `+Inf` and `-Inf`. */
export function parseValue(text: string): number {
  return Number(text.replace(/Inf$/, 'Infinity'));
}
