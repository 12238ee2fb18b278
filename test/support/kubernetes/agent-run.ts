import { Writable } from 'node:stream';

import { type ExitCode, exitCodeOf, exitCodes } from '../../../src/cli/run/exit-codes.ts';
import { type CycleObserver, type CycleOptions, runCycle } from '../../../src/cycle/run-cycle.ts';
import type { RetryClock } from '../../../src/http/retry-clock.ts';
import { createKubeconfigAccess } from '../../../src/kubernetes/login/kubeconfig-access.ts';
import type { CustomMetric } from '../../../src/metrics/selection/custom-metric.ts';
import { selectRows } from '../../../src/metrics/selection/select-rows.ts';
import { createStdoutSink } from '../../../src/sinks/stdout-sink.ts';
import { createKubescapeSource } from '../../../src/sources/kubescape/kubescape-source.ts';
import type { KubescapeSourceOptions } from '../../../src/sources/kubescape/source-options.ts';
import { storageKinds } from '../../../src/sources/kubescape/storage-api.ts';
import type { WorkloadFilter } from '../../../src/sources/kubescape/workload-filter.ts';
import { type ScanSource, SourceError } from '../../../src/sources/scan-source.ts';
import { writeKubeconfig } from '../fake-storage/kubeconfig.ts';
import { skippedIn, valueOf, valuesBy } from '../metrics/exposition-values.ts';

export interface AgentRun {
  readonly exitCode: ExitCode;
  /** Whether missing series may end. */
  readonly isComplete: boolean;
  /** Standard output. */
  readonly text: string;
  /** Warnings, errors and skipped reports, one per line. */
  readonly messages: string;
  /** `kubescape_total_vulnerabilities`; `undefined` without such a sample. */
  readonly total: number | undefined;
  /** `kubescape_push_source_up` by kind. */
  readonly up: Readonly<Record<string, number>>;
  readonly skipped: Readonly<Record<string, number>>;
}

export interface AgentOptions extends Partial<Omit<KubescapeSourceOptions, 'access'>> {
  readonly cluster?: string | undefined;
  readonly strict?: boolean;
  /** Whether the agent's schedule triggers the read. */
  readonly isScheduled?: boolean;
  readonly isChangeOnly?: boolean;
  /** Metrics in addition to the built-in ones. */
  readonly custom?: readonly CustomMetric[];
}

/** Returns from `sleep` at once, and counts the time as passed. */
export function skippingClock(): RetryClock & { readonly slept: readonly number[] } {
  const slept: number[] = [];
  let skippedMs = 0;
  return {
    slept,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      slept.push(ms);
      skippedMs += ms;
    },
    random: () => 0.5,
    now: () => performance.now() + skippedMs,
  };
}

const noFilter: WorkloadFilter = {
  includeNamespaces: [],
  excludeNamespaces: [],
  includeWorkloads: [],
  excludeWorkloads: [],
};

export function withFilter(filter: Partial<WorkloadFilter>): { readonly filter: WorkloadFilter } {
  return { filter: { ...noFilter, ...filter } };
}

/** The default options of the command line. */
export async function sourceOptions(
  storage: { readonly url: string },
  folder: string,
  options: AgentOptions = {},
): Promise<KubescapeSourceOptions> {
  const kubeconfig = writeKubeconfig(storage, { dir: folder, user: { token: 'test' } });
  const { signal } = new AbortController();
  const access = await createKubeconfigAccess({ kubeconfig, userAgent: 'test/1' }, signal);
  return {
    access,
    namespace: 'kubescape',
    kinds: storageKinds,
    needsRelevance: options.custom?.some(({ where }) => where.relevant !== undefined) ?? false,
    needsClusterName: true,
    concurrency: 1,
    maxDocumentBytes: 2 ** 20,
    timeoutMs: 10_000,
    retryBudgetMs: 120_000,
    filter: noFilter,
    shard: undefined,
    stateDir: undefined,
    waitQuietMs: undefined,
    waitTimeoutMs: 60_000,
    clock: skippingClock(),
    ...options,
  };
}

/** Creates a source with the default options of the command line. */
export async function openSource(
  storage: { readonly url: string },
  folder: string,
  options: AgentOptions = {},
): Promise<ScanSource> {
  return createKubescapeSource(await sourceOptions(storage, folder, options));
}

/** Runs one cycle from a cluster to standard output in this process. */
export async function runAgent(
  storage: { readonly url: string },
  folder: string,
  options: AgentOptions = {},
): Promise<AgentRun> {
  return runSource(await openSource(storage, folder, options), options);
}

/** Runs one cycle like `render`. */
export async function runSource(
  source: ScanSource,
  {
    cluster,
    strict = false,
    isScheduled = false,
    isChangeOnly = false,
    shard,
    custom = [],
  }: AgentOptions = {},
): Promise<AgentRun> {
  const printed: string[] = [];
  const messages: string[] = [];
  const { exitCode, isComplete } = await cycle(
    {
      source,
      sinks: [createStdoutSink({ stream: collect(printed), familyOrder: [] })],
      rows: selectRows({ ...groups, custom }),
      maxLabelValueBytes: 1024,
      cluster,
      version: '1.2.3',
      ...(shard !== undefined && { shard: String(shard.index) }),
    },
    { messages, strict, isScheduled, isChangeOnly },
  );
  const text = printed.join('');
  return {
    exitCode,
    isComplete,
    text,
    messages: messages.join('\n'),
    total: valueOf(text, 'kubescape_total_vulnerabilities'),
    up: valuesBy(text, 'kubescape_push_source_up', 'kind'),
    skipped: skippedIn(text),
  };
}

const groups = {
  groups: ['vulnerabilities', 'scans', 'posture'],
  prefix: 'kubescape_',
} as const;

interface CycleUse {
  readonly messages: string[];
  readonly strict: boolean;
  readonly isScheduled: boolean;
  readonly isChangeOnly: boolean;
}

async function cycle(
  options: CycleOptions,
  { messages, strict, ...cause }: CycleUse,
): Promise<Pick<AgentRun, 'exitCode' | 'isComplete'>> {
  const observer: CycleObserver = {
    skipped({ where, reason, message, isKnown = false }) {
      if (!isKnown) messages.push(`${where}: ${message} (${reason})`);
    },
    warn: (message) => void messages.push(message),
    progress: () => undefined,
    inventory: () => undefined,
    scan: () => undefined,
  };
  try {
    const { signal } = new AbortController();
    const report = await runCycle(options, { observer, signal, ...cause, now: Date.now });
    return { exitCode: exitCodeOf(report, strict), isComplete: report.isComplete };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    messages.push(error.message);
    return { exitCode: exitCodes.sourceUnreadable, isComplete: false };
  }
}

function collect(into: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      into.push(String(chunk));
      done();
    },
  });
}
