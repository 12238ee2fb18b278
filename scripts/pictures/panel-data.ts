import * as z from 'zod';

import { startPrometheus } from '../../test/support/real-servers/prometheus.ts';
import { parseValue } from '../../test/support/real-servers/query-api.ts';
import { writeSamples } from '../../test/support/real-servers/write-samples.ts';
import { cronjobFlavour } from '../monitoring/flavour.ts';
import { trends } from '../monitoring/panels/findings.ts';
import { DAYS, samplesOfDay } from './six-weeks.ts';

const DAY_MS = 86_400_000;
/** Fixed, so that the picture only changes with the product. */
const LAST_PUSH_MS = Date.UTC(2026, 10, 30, 6);
const PANEL = 'Findings by severity';

export interface PanelLine {
  readonly severity: string;
  /** Milliseconds since the epoch, and the number of findings. */
  readonly points: readonly (readonly [timeMs: number, findings: number])[];
}

export interface PanelData {
  readonly title: string;
  readonly lines: readonly PanelLine[];
}

const RangeAnswer = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.object({ severity: z.string() }),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});

/** Fills a Prometheus with one push a day and runs the query of the CronJob dashboard's panel. */
export async function queryPanel(): Promise<PanelData> {
  const prometheus = await startPrometheus({ flags: ['--storage.tsdb.retention.time=10y'] });
  try {
    for (let day = 0; day <= DAYS; day++) {
      await writeSamples(prometheus.remoteWriteUrl, await samplesOfDay(day), timeOf(day));
    }
    return { title: PANEL, lines: await queryRange(prometheus.url) };
  } finally {
    await prometheus.stop();
  }
}

async function queryRange(url: string): Promise<PanelLine[]> {
  const form = new URLSearchParams({
    query: panelQuery(),
    start: String(timeOf(0) / 1000),
    end: String(timeOf(DAYS) / 1000),
    step: '1d',
  });
  const response = await fetch(`${url}/api/v1/query_range?${form.toString()}`);
  const { data } = RangeAnswer.parse(await response.json());
  return data.result.map(({ metric, values }) => ({
    severity: metric.severity,
    points: values.map(([seconds, value]) => [seconds * 1000, parseValue(value)] as const),
  }));
}

/** Returns the panel's query as Grafana sends it if everything is selected and a step is one day. */
function panelQuery(): string {
  const query = trends.panels.find(({ title }) => title === PANEL)?.queries[0];
  if (query === undefined) throw new Error(`no panel "${PANEL}"`);
  return query
    .expr(cronjobFlavour('2d'))
    .replaceAll('${severity:regex}', '(critical|high|medium|low|negligible|unknown)')
    .replaceAll('$cluster', '.+')
    .replaceAll('$namespace', '.*')
    .replaceAll('$__interval', '1d');
}

function timeOf(day: number): number {
  return LAST_PUSH_MS - (DAYS - day) * DAY_MS;
}
