import type { AccessOptions } from '../http/access-options.ts';
import { parseEndpoint } from '../http/endpoint.ts';
import { nodeClock, type RetryClock } from '../http/retry-clock.ts';
import { BatchCodec } from '../remote-write/batch/batch-codec.ts';
import { createAxiosWriteClient } from '../remote-write/client/axios-write-client.ts';
import { RateLimiter, type RateLimits } from '../remote-write/client/rate-limit.ts';
import type { AttemptFailure } from '../remote-write/client/retrying.ts';
import { remoteWriteDefaults } from '../remote-write/defaults.ts';
import { ClockGuard } from '../remote-write/delivery/clock-guard.ts';
import { patienceWithOthers } from '../remote-write/delivery/patience.ts';
import { ProtocolChoice, type WantedProtocol } from '../remote-write/delivery/protocol-choice.ts';
import { openStore } from '../remote-write/push-store/open-store.ts';
import { endSeries } from '../remote-write/push/end-series.ts';
import { LabelPipeline } from '../remote-write/push/label-pipeline.ts';
import { Receiver } from '../remote-write/push/receiver.ts';
import { Resend } from '../remote-write/push/resend.ts';
import type { RelabelConfig } from '../remote-write/relabel/relabel-config.ts';
import { addCounts } from '../remote-write/sample-counts.ts';
import { type Compressor, snappyJs } from '../remote-write/wire/compress.ts';
import { protocols } from '../remote-write/wire/protocols.ts';
import { DeliveryRecorder } from './delivery-recorder.ts';
import { FailureWarning } from './failure-warning.ts';
import { RemoteWriteSession } from './remote-write-session.ts';
import { ResendInterrupter } from './resend-interrupter.ts';
import { SinkCounters } from './sink-counters.ts';
import type { CycleInfo, Delivery, EndOptions, ResendRequest, Sink } from './sink.ts';
import { createTimeSeriesConverter } from './to-time-series.ts';

/** Absent options default to `remoteWriteDefaults`, which also documents units. */
export interface RemoteWriteSinkOptions {
  /** Name in logs and self-metrics. Default: the URL without credentials and query. */
  readonly name?: string;
  readonly url: string;
  /** `<name>/<version>`. */
  readonly userAgent: string;
  /** Additional headers, except `reservedHeaders`. */
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
  readonly maxPendingBytes?: number;
  /** Like `maxPendingBytes`, but in samples. No limit if absent. */
  readonly maxPendingSamples?: number | undefined;
  /** Whether other receivers get the same series, so that they would wait for this one. */
  readonly hasOthers?: boolean;
  readonly sampleAgeLimitMs?: number;
  readonly rateLimits?: RateLimits;
  readonly sendMetadata?: boolean;
  readonly externalLabels?: Readonly<Record<string, string>>;
  readonly relabelConfigs?: readonly RelabelConfig[];
  /** Labels per series, including its name. */
  readonly maxLabels?: number;
  readonly maxLabelValueBytes?: number;
  readonly compressor?: Compressor;
  /** Folder for pending samples. */
  readonly stateDir?: string | undefined;
  readonly maxPersistedBytes?: number;
  /** Whether `resend` will be called. */
  readonly resends?: boolean;
  /** Called as soon as the receiver fails, before its retries. */
  readonly warn?: (message: string) => void;
}

/**
 * Creates a sink for a remote-write receiver. Its connections outlive a push. Each push gets a new retry budget.
 *
 * @throws {TypeError} The URL or a header is invalid.
 */
export function createRemoteWriteSink(
  options: RemoteWriteSinkOptions,
  runtime: RetryClock = nodeClock,
): Sink {
  const { label } = parseEndpoint(options.url);
  const name = options.name ?? label;
  const counters = new SinkCounters();
  const guard = new ClockGuard(Date.now);
  const labels = createLabels(options);
  const resends = new ResendInterrupter();
  let session: RemoteWriteSession | undefined;
  const recorder = new DeliveryRecorder({ name, counters, guard, labels });
  const receiver = createReceiver(options, { label, labels, counters, recorder, guard, runtime });
  return {
    name,
    counters,
    open({ timestampMs }, { signal }) {
      if (options.hasOthers === true) resends.interruptSoon();
      session = new RemoteWriteSession({ receiver, timestampMs, signal, recorder });
      return session;
    },
    stopIfFailing() {
      if (options.hasOthers === true) void session?.stopIfFailing().catch(() => undefined);
    },
    resend: async (request) =>
      resends.run(request.signal, async (signal) =>
        resend(receiver, recorder, { ...request, signal }),
      ),
    endSeries: async (cycle, endOptions) => end({ receiver, recorder, cycle }, endOptions),
  };
}

async function resend(
  receiver: Receiver,
  recorder: DeliveryRecorder,
  { cycle: { timestampMs }, withResults, selfSeries, signal }: ResendRequest,
): Promise<Delivery> {
  const unlock = await receiver.lock();
  const push = new Resend(receiver, timestampMs, signal);
  try {
    const results = await push.sendResults(withResults);
    // A resend delivers the last cycle, so it counts as a success at the time of that cycle.
    recorder.recordResults(
      results,
      withResults ? receiver.options.store.last?.timestampMs : undefined,
    );
    const self = await push.sendSelfSeries(selfSeries().map(createTimeSeriesConverter()));
    recorder.recordSelfSeries(results, self);
    return recorder.toDelivery(addCounts([results, self]), signal.aborted);
  } finally {
    push.close();
    unlock();
  }
}

interface EndedCycle {
  readonly receiver: Receiver;
  readonly recorder: DeliveryRecorder;
  readonly cycle: CycleInfo;
}

async function end(
  { receiver, recorder, cycle: { timestampMs: wantedMs } }: EndedCycle,
  { selfSeries, signal }: EndOptions,
): Promise<Delivery> {
  const ended = selfSeries().map(createTimeSeriesConverter());
  const unlock = await receiver.lock();
  const counts = await endSeries(receiver, { wantedMs, selfSeries: ended, signal }).finally(unlock);
  recorder.recordResults(counts);
  return recorder.toDelivery(counts, signal.aborted);
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

interface ReceiverDeps {
  readonly label: string;
  readonly labels: LabelPipeline;
  readonly counters: SinkCounters;
  readonly recorder: DeliveryRecorder;
  readonly guard: ClockGuard;
  readonly runtime: RetryClock;
}

function createReceiver(
  options: RemoteWriteSinkOptions,
  { label, labels, counters, recorder, guard, runtime }: ReceiverDeps,
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
    choice: new ProtocolChoice(options.protocol ?? 'auto', () => runtime.now()),
    limits: { maxSamples, maxBytes },
    maxHeldBytes: settings.maxPendingBytes,
    maxHeldSamples: options.maxPendingSamples,
    rateLimiter: new RateLimiter(options.rateLimits ?? {}, runtime),
    sendMetadata: options.sendMetadata ?? true,
    labels,
    patience: options.hasOthers === true ? patienceWithOthers : undefined,
    store: openStore({
      stateDir: options.stateDir,
      receiver: `${options.name ?? ''} ${label}`.trim(),
      maxBytes: settings.maxPersistedBytes,
      resends: options.resends ?? false,
      codec: new BatchCodec(compressor),
      ...observer,
    }),
    runtime,
    now: Date.now,
    ...observer,
    onRetried: (samples) => counters.addRetry(samples),
    ...watchFailures(options.name ?? label, options.warn),
  });
}

/** Callbacks that warn as soon as the receiver fails. */
function watchFailures(name: string, warn: RemoteWriteSinkOptions['warn']) {
  if (warn === undefined) return {};
  const warning = new FailureWarning(name, warn);
  return {
    onFailure: (failure: AttemptFailure) => warning.recordFailure(failure),
    onAnswer: () => warning.recordAnswer(),
  };
}

function createClients(options: RemoteWriteSinkOptions, guard: ClockGuard) {
  const settings = { headers: {}, ...remoteWriteDefaults, ...options };
  const client = {
    ...settings,
    method: 'POST',
    hidesPath: options.name !== undefined,
    maxSockets: settings.concurrency,
    onServerTime: (serverMs: number) => guard.recordServerTime(serverMs),
  } as const;
  return {
    '1.0': createAxiosWriteClient({ ...client, protocolHeaders: protocols['1.0'].headers }),
    '2.0': createAxiosWriteClient({ ...client, protocolHeaders: protocols['2.0'].headers }),
  };
}
