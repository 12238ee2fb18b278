import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { queryObjects } from 'node:v8';

import { AgentLoop } from '../../../src/agent/agent-loop.ts';
import { AgentWork } from '../../../src/agent/agent-work.ts';
import { Planner } from '../../../src/agent/planner.ts';
import { createSchedule } from '../../../src/agent/schedule.ts';
import { createAbortControllerWithoutListenerLimit } from '../../../src/http/unlimited-abort-controller.ts';
import { selectRows } from '../../../src/metrics/selection/select-rows.ts';
import { PushCycle } from '../../../src/remote-write/push/push-cycle.ts';
import { createRemoteWriteSink } from '../../../src/sinks/remote-write-sink.ts';
import type { Sink } from '../../../src/sinks/sink.ts';
import { type ScanSource, SourceError } from '../../../src/sources/scan-source.ts';
import { listen } from '../network/listen.ts';
import { container, finding, imageScan } from '../scan-results/scans.ts';
import { FakeClock } from './fake-clock.ts';
import { silent } from './fake-cycle.ts';

/**
 * Simulates eight hours of an agent with a fake clock, real cycles and real remote-write sinks. Images
 * change from cycle to cycle, and some reads fail. Prints the resources of the process after some
 * cycles. Run with --expose-gc.
 */
const MINUTES = 520;
const IMAGES = 100;
const CHURN = 5;
const FINDINGS = 20;
const MINUTE_MS = 60_000;
/** Shorter than the resend interval, so that each resend finds the previous one done. */
const STEP_MS = 10_000;

let cycles = 0;
let resends = 0;

const source: ScanSource = {
  name: 'generated',
  async read(observer) {
    const first = ++cycles * CHURN;
    if (cycles % 50 === 0) throw new SourceError('unavailable once');
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
      gaps: [],
      async *scans() {
        yield* scans;
      },
      async *postures() {
        yield* [];
      },
    };
  },
};

/** A receiver that accepts everything and counts its open requests. */
class Receiver {
  requests = 0;
  #busy = 0;
  readonly #server = createServer((request, response) => {
    this.#busy++;
    this.requests++;
    request.resume().on('end', () => {
      const written = { 'X-Prometheus-Remote-Write-Samples-Written': '1000000' };
      response.writeHead(204, written).end(() => this.#busy--);
    });
  });

  async start(): Promise<string> {
    this.#server.keepAliveTimeout = 600_000;
    return `http://127.0.0.1:${await listen(this.#server)}`;
  }

  /** Waits until no request has arrived for a moment. */
  async rest(): Promise<void> {
    for (let quiet = 0, before = -1; quiet < 3;) {
      await sleep(1);
      quiet = this.#busy === 0 && this.requests === before ? quiet + 1 : 0;
      before = this.requests;
    }
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Keeps the last push of one sink in memory and that of the other on disk. */
function createSinks(url: string, stateDir: string): Sink[] {
  const options = { userAgent: 'soak/1', resends: true, protocol: '2.0' } as const;
  return [
    countResends(createRemoteWriteSink({ ...options, url: `${url}/memory` })),
    createRemoteWriteSink({ ...options, url: `${url}/disk`, stateDir }),
  ];
}

function countResends(sink: Sink): Sink {
  return {
    ...sink,
    async resend(request) {
      resends++;
      const delivery = await sink.resend?.(request);
      if (delivery === undefined) throw new Error('the sink cannot resend');
      return delivery;
    },
  };
}

function measure() {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    cycles,
    resends,
    heapUsed,
    rss,
    descriptors: readdirSync('/proc/self/fd').length,
    outgoing: queryObjects(PushCycle, { format: 'count' }),
  };
}

function createLoop(clock: FakeClock, sinks: readonly Sink[]): AgentLoop {
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
  const observer = { cyclePlanned: nothing, resendIntervalChanged: nothing, turnStarted: nothing };
  const planner = new Planner(options, clock.now());
  return new AgentLoop({ planner, clock, work: createWork(clock, sinks), observer });
}

function createWork(clock: FakeClock, sinks: readonly Sink[]): AgentWork {
  const { signal } = createAbortControllerWithoutListenerLimit();
  const rows = selectRows({ groups: ['vulnerabilities', 'scans'], prefix: 'k_', custom: [] });
  const cycle = { source, sinks, rows, maxLabelValueBytes: 1024, cluster: 'soak', version: '1' };
  return new AgentWork(
    { cycle, maxResultAgeMs: 2880 * MINUTE_MS, intervalMs: MINUTE_MS },
    {
      observer: {
        watchCycle: () => quiet,
        cycleEnded: nothing,
        resent: nothing,
        resultsExpired: nothing,
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
  const stateDir = mkdtempSync(join(tmpdir(), 'soak-'));
  const receiver = new Receiver();
  const loop = createLoop(clock, createSinks(await receiver.start(), stateDir));
  loop.start();
  for (let minute = 0; minute < MINUTES; minute++) {
    for (let passed = 0; passed < MINUTE_MS; passed += STEP_MS) {
      await clock.advance(STEP_MS);
      await receiver.rest();
    }
    if (minute % 7 === 0) loop.reportChange();
    if (minute % 20 === 0) process.stdout.write(`${JSON.stringify(measure())}\n`);
  }
  await loop.stop();
  receiver.stop();
  rmSync(stateDir, { recursive: true });
}

void main();
