// Pushes the example scan results to a local Prometheus and queries them.
// On a terminal, Prometheus keeps running until Ctrl-C unless `--exit` is given.
import { once } from 'node:events';
import { parseArgs } from 'node:util';

import { type QueryableServer, startPrometheus } from '../test/support/real-servers/prometheus.ts';
import { formatAnswer, indent } from './demo/answer-table.ts';
import { placeToLook } from './demo/place-to-look.ts';
import { pushExamples } from './demo/push-examples.ts';
import { QUESTIONS } from './demo/questions.ts';
import { findServer } from './servers/find-server.ts';

const WIDTH = 80;
const INTERRUPTED_EXIT_CODE = 130;

const { values: options } = parseArgs({ options: { exit: { type: 'boolean', default: false } } });
const keepsRunning = process.stdout.isTTY && !options.exit && process.env['CI'] !== 'true';

const interruption = new AbortController();
try {
  process.exitCode = await demonstrate();
} catch (error) {
  if (interruption.signal.aborted) {
    process.exitCode = INTERRUPTED_EXIT_CODE;
  } else {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function demonstrate(): Promise<number> {
  process.stdout.write('Starting Prometheus (downloaded on first use) ...\n');
  await findServer('prometheus');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interruption.abort());
  }
  // With the default of five minutes, series would soon disappear from query results.
  const prometheus = await startPrometheus({ flags: ['--query.lookback-delta=1d'] });
  try {
    await pushExamples(prometheus.remoteWriteUrl, interruption.signal);
    const unanswered = await askQuestions(prometheus);
    process.stdout.write(
      `\n${await placeToLook(prometheus.url, 'kubescape_total_critical_vulnerabilities')}\n`,
    );
    if (keepsRunning && unanswered === 0) await untilInterrupted();
    else
      process.stdout.write('\nStopped Prometheus. On a terminal it keeps running until Ctrl-C.\n');
    return unanswered === 0 ? 0 : 1;
  } finally {
    await prometheus.stop();
  }
}

/** Returns the number of questions that had no answer. */
async function askQuestions(prometheus: QueryableServer): Promise<number> {
  let unanswered = 0;
  for (const { title, promql } of QUESTIONS) {
    const samples = await prometheus.query(promql);
    if (samples.length === 0) unanswered += 1;
    const answer = samples.length === 0 ? '  no data' : formatAnswer(samples, WIDTH);
    process.stdout.write(`\n${title}\n${indent(promql)}\n\n${answer}\n`);
  }
  if (unanswered > 0) process.stderr.write(`demo: ${unanswered} questions returned no data\n`);
  return unanswered;
}

async function untilInterrupted(): Promise<void> {
  process.stdout.write('\nPrometheus keeps running until Ctrl-C.\n');
  if (!interruption.signal.aborted) await once(interruption.signal, 'abort');
  process.stdout.write('\n');
}
