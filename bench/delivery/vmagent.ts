import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import * as z from 'zod';

import { findServer } from '../../scripts/servers/find-server.ts';
import { readPeak } from '../read-peak.ts';
import { madeMetricSeries } from '../support/made-metric-series.ts';
import { messageOf } from '../support/message-of.ts';

const SCRAPE_INTERVAL_S = 60;

export interface VmagentOptions {
  readonly series: number;
  readonly receiver: ChildProcess;
  readonly url: string;
}

export interface VmagentFigures {
  /** From the beginning of the scrape until the receiver has all series. */
  readonly seconds: number;
  readonly peakMiB: number;
  readonly bytes: number;
}

/** Lets vmagent scrape a ready page with the same series, once, and send it on. */
export async function runVmagent(options: VmagentOptions): Promise<VmagentFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-vmagent-'));
  const page = fork('bench/delivery/text-page.mjs', [await writePage(options.series)]);
  try {
    const { port } = await messageOf(page, 'port');
    const config = join(folder, 'scrape.yaml');
    writeFileSync(config, scrapeConfig(Number(port)));
    return await scrapeAndSend(options, { page, folder, config });
  } finally {
    page.send('close');
    rmSync(folder, { recursive: true });
  }
}

interface Place {
  readonly page: ChildProcess;
  readonly folder: string;
  readonly config: string;
}

async function scrapeAndSend(
  { series, receiver, url }: VmagentOptions,
  { page, folder, config }: Place,
): Promise<VmagentFigures> {
  const binary = await findServer('vmagent');
  const vmagent = spawn(
    binary,
    [
      `-promscrape.config=${config}`,
      '-promscrape.maxScrapeSize=2GB',
      `-remoteWrite.url=${url}`,
      '-remoteWrite.forcePromProto',
      `-remoteWrite.tmpDataPath=${folder}/queue`,
      '-httpListenAddr=127.0.0.1:0',
    ],
    { stdio: 'ignore' },
  );
  try {
    const { scraped } = await messageOf(page, 'scraped');
    const bytes = await untilCounted(receiver, series);
    const seconds = (performance.timeOrigin + performance.now() - Number(scraped)) / 1000;
    return { seconds, peakMiB: readPeak(vmagent.pid) / 1024, bytes };
  } finally {
    // Its queue is removed once it has ended.
    const ended = once(vmagent, 'exit');
    vmagent.kill();
    await ended;
  }
}

function scrapeConfig(port: number): string {
  return `
global: { scrape_interval: ${SCRAPE_INTERVAL_S}s, scrape_timeout: ${SCRAPE_INTERVAL_S}s }
scrape_configs:
  - job_name: page
    honor_labels: true
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`;
}

const Counted = z.object({ samples: z.number(), bytes: z.number() });

async function untilCounted(receiver: ChildProcess, series: number): Promise<number> {
  return new Promise((resolve) => {
    function look(message: unknown): void {
      const { success, data } = Counted.safeParse(message);
      if (!success || data.samples < series) return;
      receiver.off('message', look);
      resolve(data.bytes);
    }
    receiver.on('message', look);
  });
}

async function writePage(series: number): Promise<string> {
  const folder = '.cache/bench/delivery';
  const path = join(folder, `image-vulnerabilities-${series}.prom`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  await pipeline(Readable.from(pageText(series)), createWriteStream(path));
  return path;
}

function* pageText(count: number): Generator<string> {
  yield '# TYPE kubescape_image_vulnerability gauge\n';
  for (const some of madeMetricSeries(count)) {
    const lines = some.map(({ family, labels, value }) => {
      const text = labels.map((label) => `${label.name}="${label.value}"`).join(',');
      return `${family.name}{${text}} ${value}\n`;
    });
    yield lines.join('');
  }
}
