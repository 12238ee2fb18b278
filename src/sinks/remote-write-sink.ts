import type { AccessOptions } from '../http/access-options.ts';
import { parseEndpoint } from '../http/endpoint.ts';
import { nodeClock, type RetryClock } from '../http/retry-clock.ts';
import { BatchCodec } from '../remote-write/batch/batch-codec.ts';
import { createAxiosWriteClient } from '../remote-write/client/axios-write-client.ts';
import { RateLimiter, type RateLimits } from '../remote-write/client/rate-limit.ts';
import { remoteWriteDefaults } from '../remote-write/defaults.ts';
import { ClockGuard } from '../remote-write/delivery/clock-guard.ts';
import { ProtocolChoice, type WantedProtocol } from '../remote-write/delivery/protocol-choice.ts';
import type { SendReport } from '../remote-write/delivery/send-queue.ts';
import { openStore } from '../remote-write/push-store/open-store.ts';
import { endSeries } from '../remote-write/push/end-series.ts';
import { LabelPipeline } from '../remote-write/push/label-pipeline.ts';
import type { UntimedSeries } from '../remote-write/push/outgoing-cycle.ts';
import { Receiver } from '../remote-write/push/receiver.ts';
import { repeatCycle } from '../remote-write/push/resend.ts';
import type { RelabelConfig } from '../remote-write/relabel/relabel-config.ts';
import { type Compressor, snappyJs } from '../remote-write/wire/compress.ts';
import { protocols } from '../remote-write/wire/protocols.ts';
import { DeliveryCounts } from './delivery-counts.ts';
import { DeliveryRecorder } from './delivery-recorder.ts';
import { RemoteWriteSession } from './remote-write-session.ts';
import type { Delivery, RepeatRequest, Sink } from './sink.ts';
import { createTimeSeriesConverter } from './to-time-series.ts';

/** What is left out is as in `remoteWriteDefaults`, where the units are given, too. */
export interface RemoteWriteSinkOptions {
  /** For logs; origin and path of the URL if left out. */
  readonly name?: string;
  readonly url: string;
  /** `<name>/<version>`. */
  readonly userAgent: string;
  /** Sent with each request; none of `reservedHeaders`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: WantedProtocol;
  /** Authentication, TLS, proxy. */
  readonly access?: AccessOptions;
  readonly timeoutMs?: number;
  readonly maxSamplesPerSend?: number;
  readonly maxBytesPerSend?: number;
  readonly minBackoffMs?: number;
  readonly maxBackoffMs?: number;
  readonly retryOn429?: boolean;
  readonly retryBudgetMs?: number;
  readonly concurrency?: number;
  readonly maxWaitingBytes?: number;
  /** The same in samples; without limit if left out. */
  readonly maxWaitingSamples?: number | undefined;
  readonly sampleAgeLimitMs?: number;
  readonly rateLimits?: RateLimits;
  readonly sendMetadata?: boolean;
  readonly externalLabels?: Readonly<Record<string, string>>;
  readonly relabelConfigs?: readonly RelabelConfig[];
  /** Of a series, with its name. */
  readonly maxLabels?: number;
  readonly maxLabelValueBytes?: number;
  readonly compressor?: Compressor;
  /** Folder for what must survive the process. */
  readonly stateDir?: string | undefined;
  readonly maxKeptBytes?: number;
  /** Whether `repeat` will be called. */
  readonly repeats?: boolean;
}

/**
 * A receiver of remote write. Its connections outlive a cycle; its retry budget does not, so that
 * each cycle gives the receiver a new chance.
 *
 * @throws {TypeError} If the URL or a header could never be sent.
 */
export function createRemoteWriteSink(
  options: RemoteWriteSinkOptions,
  runtime: RetryClock = nodeClock,
): Sink {
  const { label } = parseEndpoint(options.url);
  const name = options.name ?? label;
  const counters = new DeliveryCounts();
  const guard = new ClockGuard(Date.now);
  const labels = createLabels(options);
  const recorder = new DeliveryRecorder({ name, counters, guard, labels });
  const receiver = createReceiver(options, { label, labels, counters, recorder, guard, runtime });
  return {
    name,
    counters,
    open: ({ timestampMs }, { signal }) =>
      new RemoteWriteSession({ receiver, timestampMs, signal, recorder }),
    repeat: async (request) => repeat(receiver, recorder, request),
    async endSeries({ timestampMs }, { selfSeries, signal }) {
      const own = selfSeries().map(createTimeSeriesConverter());
      const request = { wantedMs: timestampMs, own, signal };
      const endTurn = await receiver.lock();
      const report = await endSeries(receiver, request).finally(endTurn);
      recorder.countResults(report.results);
      recorder.countOwn(report);
      return recorder.toDelivery(report, signal.aborted);
    },
  };
}

async function repeat(
  receiver: Receiver,
  recorder: DeliveryRecorder,
  { cycle: { timestampMs: wantedMs }, withResults, selfSeries, signal }: RepeatRequest,
): Promise<Delivery> {
  const toTimeSeries = createTimeSeriesConverter();
  function own(results: SendReport): UntimedSeries[] {
    // What arrives now is the last cycle, whenever it was.
    const { last } = receiver.options.store;
    recorder.countResults(results, withResults ? last?.timestampMs : undefined);
    return selfSeries().map(toTimeSeries);
  }
  const endTurn = await receiver.lock();
  const request = { wantedMs, withResults, own, signal };
  const report = await repeatCycle(receiver, request).finally(endTurn);
  recorder.countOwn(report);
  return recorder.toDelivery(report, signal.aborted);
}

function createLabels(options: RemoteWriteSinkOptions): LabelPipeline {
  const settings = { ...remoteWriteDefaults, ...options };
  return new LabelPipeline({
    externalLabels: options.externalLabels ?? {},
    relabelConfigs: options.relabelConfigs ?? [],
    maxLabels: settings.maxLabels,
    maxValueBytes: settings.maxLabelValueBytes,
  });
}

interface Surroundings {
  readonly label: string;
  readonly labels: LabelPipeline;
  readonly counters: DeliveryCounts;
  readonly recorder: DeliveryRecorder;
  readonly guard: ClockGuard;
  readonly runtime: RetryClock;
}

function createReceiver(
  options: RemoteWriteSinkOptions,
  { label, labels, counters, recorder, guard, runtime }: Surroundings,
): Receiver {
  const settings = { compressor: snappyJs, ...remoteWriteDefaults, ...options };
  const { maxSamplesPerSend: maxSamples, maxBytesPerSend: maxBytes, compressor } = settings;
  const observer = {
    onWarning: (message: string) => recorder.warn(message),
    onDropped: (reason: string, samples: number) => counters.drop(reason, samples),
  };
  return new Receiver({
    ...settings,
    clients: createClients(options, guard),
    choice: new ProtocolChoice(options.protocol ?? 'auto'),
    limits: { maxSamples, maxBytes },
    maxHeldBytes: settings.maxWaitingBytes,
    maxHeldSamples: options.maxWaitingSamples,
    rateLimiter: new RateLimiter(options.rateLimits ?? {}, runtime),
    sendMetadata: options.sendMetadata ?? true,
    repeats: options.repeats ?? false,
    labels,
    store: openStore({
      stateDir: options.stateDir,
      receiver: `${options.name ?? ''} ${label}`.trim(),
      maxBytes: settings.maxKeptBytes,
      repeats: options.repeats ?? false,
      codec: new BatchCodec(compressor),
      ...observer,
    }),
    runtime,
    now: Date.now,
    ...observer,
    onRetried: (samples) => counters.countRetry(samples),
  });
}

function createClients(options: RemoteWriteSinkOptions, guard: ClockGuard) {
  const settings = { headers: {}, ...remoteWriteDefaults, ...options };
  const client = {
    ...settings,
    method: 'POST',
    maxSockets: settings.concurrency,
    onServerTime: (serverMs: number) => guard.recordServerTime(serverMs),
  } as const;
  return {
    '1.0': createAxiosWriteClient({ ...client, protocolHeaders: protocols['1.0'].headers }),
    '2.0': createAxiosWriteClient({ ...client, protocolHeaders: protocols['2.0'].headers }),
  };
}
