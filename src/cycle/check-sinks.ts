import type { Check } from '../model/check.ts';
import type { CycleInfo, Delivery, Sink } from '../sinks/sink.ts';
import { buildInfoSeries } from './self-metrics.ts';

/** Sends `build_info` to every sink and reports the result. */
export async function checkSinks(
  sinks: readonly Sink[],
  info: CycleInfo & { readonly version: string },
  signal: AbortSignal,
): Promise<Check[]> {
  const series = [buildInfoSeries(info)];
  return Promise.all(
    sinks.map(async (sink) => {
      const session = sink.open(info, { signal });
      return toCheck(await session.close({ isComplete: false, selfSeries: () => series }));
    }),
  );
}

function toCheck({ sink, status, errors }: Delivery): Check {
  const isFine = status === 'delivered';
  return {
    subject: sink,
    status: isFine ? 'ok' : 'failed',
    finding: isFine ? 'accepted a test sample' : errors.join('; '),
  };
}
