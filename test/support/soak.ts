import { readdirSync } from 'node:fs';

import { AgentLoop } from '../../src/agent/agent-loop.ts';
import { AgentWork } from '../../src/agent/agent-work.ts';
import { Planner } from '../../src/agent/planner.ts';
import { createSchedule } from '../../src/agent/schedule.ts';
import { selectRows } from '../../src/metrics/select-rows.ts';
import type { Series } from '../../src/metrics/series.ts';
import { DeliveryCounts } from '../../src/sinks/delivery-counts.ts';
import type { Sink } from '../../src/sinks/sink.ts';
import { type ScanSource, SourceError } from '../../src/sources/scan-source.ts';
import { FakeClock } from './fake-clock.ts';
import { silent } from './fake-cycle.ts';
import { container, finding, imageScan } from './scans.ts';

/**
 * Eight hours of an agent in as many seconds as they take: real cycles of a cluster in which images
 * come and go and now and then nothing can be read, with time that a fake clock lets pass. Prints
 * after some of the cycles what the process holds. To be run with --expose-gc.
 */
const MINUTES = 480;
const IMAGES = 100;
const CHURN = 5;
const FINDINGS = 20;
const MINUTE_MS = 60_000;

let cycles = 0;
let repeats = 0;

const source: ScanSource = {
  name: 'generated',
  async read(observer) {
    const first = ++cycles * CHURN;
    if (cycles % 50 === 0) throw new SourceError('down for once');
    const scans = Array.from({ length: IMAGES }, (_, index) => {
      const name = `app-${first + index}`;
      observer.read();
      return imageScan({
        reference: `docker.io/shop/${name}:1.${cycles % 7}`,
        containers: [container({ workload: name })],
        findings: Array.from({ length: FINDINGS }, (_unused, number) =>
          finding({ id: `CVE-2026-${first + number}`, fixable: number % 2 === 0 }),
        ),
      });
    });
    return {
      inventory: {
        clusters: ['soak'],
        targets: scans.map(({ target }) => target),
        unscanned: [],
        danglingReferences: 0,
      },
      kinds: [{ kind: 'k', isUp: true, hasFailed: false }],
      async *scans() {
        yield* scans;
      },
      async *postures() {
        yield* [];
      },
    };
  },
};

/** Keeps the last cycle, as a real one does. */
function createSink(name: string): Sink {
  const counters = new DeliveryCounts();
  let kept: Series[] = [];
  function deliver(series: readonly Series[], timestampMs: number) {
    const counts = { sent: series.length, failed: 0, retries: 0, bytes: 0, errors: [] };
    return counters.add({ sink: name, status: 'delivered', ...counts }, timestampMs);
  }
  return {
    name,
    counters,
    open({ timestampMs }) {
      const fresh: Series[] = [];
      return {
        async write(series) {
          fresh.push(...series);
        },
        async close({ ownSeries }) {
          kept = fresh;
          return deliver([...fresh, ...ownSeries()], timestampMs);
        },
        abort: async ({ ownSeries }) => deliver(ownSeries(), timestampMs),
      };
    },
    async repeat({ cycle, ownSeries }) {
      repeats++;
      return deliver([...kept, ...ownSeries()], cycle.timestampMs);
    },
  };
}

function measure() {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { cycles, repeats, heapUsed, rss, descriptors: readdirSync('/proc/self/fd').length };
}

function createLoop(clock: FakeClock): AgentLoop {
  const schedule = createSchedule('* * * * *', 'UTC', clock.now());
  const options = {
    schedule,
    jitterName: 'soak',
    jitterMs: 0,
    changeQuietMs: 5000,
    changeMaxWaitMs: MINUTE_MS,
    resendMs: 20_000,
    maxResendSamplesPerSecond: undefined,
  };
  const observer = { planned: nothing, spread: nothing, turned: nothing };
  const planner = new Planner(options, clock.now());
  return new AgentLoop({ planner, clock, work: createWork(clock), observer });
}

function createWork(clock: FakeClock): AgentWork {
  const { signal } = new AbortController();
  const rows = selectRows({ groups: ['vulnerabilities', 'scans'], prefix: 'k_', custom: [] });
  const sinks = [createSink('a'), createSink('b')];
  const cycle = { source, sinks, rows, maxLabelValueBytes: 1024, cluster: 'soak', version: '1' };
  return new AgentWork(
    { cycle, maxResultAgeMs: 2880 * MINUTE_MS, intervalMs: MINUTE_MS },
    {
      observer: {
        watchCycle: () => quiet,
        cycleEnded: nothing,
        repeated: nothing,
        tooOld: nothing,
      },
      now: clock.now,
      signal,
      deliverySignal: signal,
    },
  );
}

function nothing(): void {}

const quiet = { observer: silent, end: nothing };

async function main(): Promise<void> {
  const clock = new FakeClock(Date.parse('2026-06-01T00:00:30Z'));
  const loop = createLoop(clock);
  loop.start();
  for (let minute = 0; minute < MINUTES; minute++) {
    await clock.advance(MINUTE_MS);
    if (minute % 7 === 0) loop.changed();
    if (minute % 20 === 0) process.stdout.write(`${JSON.stringify(measure())}\n`);
  }
  await loop.stop();
}

void main();
