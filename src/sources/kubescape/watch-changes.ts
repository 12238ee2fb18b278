import type { Readable } from 'node:stream';

import { backoffDelay } from '../../http/backoff.ts';
import type { RetryClock } from '../../http/retry-clock.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import type { ClusterAccess } from '../../kubernetes/cluster-access.ts';
import type { ChangeTracker } from './change-tracker.ts';
import { fingerprint } from './fingerprint.ts';
import { rbacRule, type StorageKind, storagePath } from './storage-api.ts';

export interface WatchOptions {
  readonly access: ClusterAccess;
  readonly client: ApiClient;
  /** Kubescape's own namespace. */
  readonly namespace: string;
  readonly kinds: readonly StorageKind[];
  readonly clock: RetryClock;
  /** Maximum time until the response headers arrive. */
  readonly timeoutMs: number;
  /** Milliseconds after which a watch is closed if the server has not ended it. For tests. */
  readonly lifetimeMs?: number;
  /** Receives the changes. Watches call it often, so its listener must be cheap. */
  readonly tracker: ChangeTracker;
  /** Called once when a watch is rejected, and again only after it was permitted in between. */
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Sent to the server as the duration of a watch. */
const WATCH_SECONDS = 600;

/** Longer than the server's limit. Ends watches on dead connections. */
const LIFETIME_MS = (WATCH_SECONDS + 30) * 1000;

const backoff = { minMs: 1000, maxMs: 30_000 };

/** Pause after a rejected watch: a person must fix the permissions first. */
const REJECTED_MS = 5 * 60 * 1000;

/**
 * Watches these kinds until the signal aborts. Kubescape's watches are only a hint: they must be
 * cluster-wide (one in a namespace never sends an event), replay nothing, end without a reason, and
 * omit deletions: the server's own cleanup only ends all watches of a kind. So the list of the kind is
 * compared with what was read last whenever a watch begins or ends. The content of events is ignored,
 * and they are read at once because a slow watcher blocks the server's writes.
 */
export async function watchChanges(options: WatchOptions): Promise<void> {
  await Promise.all(options.kinds.map(async (kind) => new Watcher(kind, options).run()));
}

type OpenedWatch =
  | { readonly status: 'open'; readonly body: Readable }
  | { readonly status: 'broken' }
  /** A retry will not help until someone changes the permissions or the installation. */
  | { readonly status: 'rejected'; readonly httpStatus: number };

class Watcher {
  readonly #kind: StorageKind;
  readonly #options: WatchOptions;
  #hasWarned = false;

  constructor(kind: StorageKind, options: WatchOptions) {
    this.#kind = kind;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { clock, signal } = this.#options;
    for (let failures = 0; !signal.aborted;) {
      const startMs = clock.now();
      const watch = await this.#open();
      if (watch.status === 'open') await this.#follow(watch.body);
      await this.#compare();
      if (signal.aborted) return;
      failures = clock.now() - startMs > backoff.maxMs ? 0 : failures + 1;
      const delayMs = backoffDelay(backoff, Math.max(failures, 1), clock.random());
      if (watch.status === 'rejected') this.#warnOnce(watch.httpStatus);
      const pauseMs = watch.status === 'rejected' ? REJECTED_MS : delayMs;
      await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }

  /** Reports events until the watch ends. */
  async #follow(body: Readable): Promise<void> {
    const { lifetimeMs = LIFETIME_MS, tracker } = this.#options;
    let isOpen = true;
    const drained = drain(body, lifetimeMs, () => tracker.reportChange(this.#kind));
    // The comparison starts only now: the list shows changes before the watch, and events show changes
    // after it.
    const opened = this.#compare().then((isCompared) =>
      isOpen && isCompared ? tracker.openWatch(this.#kind) : undefined,
    );
    await drained;
    isOpen = false;
    const close = await opened;
    close?.();
  }

  /** Returns false if the list cannot be read. */
  async #compare(): Promise<boolean> {
    const { client, namespace, signal, tracker } = this.#options;
    if (signal.aborted) return false;
    const options = { client, namespace, kinds: [this.#kind], signal };
    const result = await fingerprint(options).catch(() => undefined);
    if (result?.status !== 'ok') return false;
    tracker.compare(this.#kind, result.value);
    return true;
  }

  async #open(): Promise<OpenedWatch> {
    const { access, timeoutMs, signal } = this.#options;
    try {
      // Without `FULL_SPEC`, because the content of events is ignored.
      const query = { watch: 'true', timeoutSeconds: String(WATCH_SECONDS) };
      const path = storagePath(this.#kind);
      const { status, body } = await access.request({ path, query, timeoutMs, signal });
      if (status === 200) {
        this.#hasWarned = false;
        return { status: 'open', body };
      }
      body.destroy();
      if (isPermanent(status)) return { status: 'rejected', httpStatus: status };
    } catch {
      // No response: retried like any other broken watch.
    }
    return { status: 'broken' };
  }

  #warnOnce(httpStatus: number): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const kind = this.#kind;
    const advice =
      httpStatus === 403
        ? `the ClusterRole needs the rule ${rbacRule([kind])}, for the whole cluster.`
        : 'is the Kubescape operator installed, with its storage running?';
    this.#options.warn(
      `cannot watch ${kind}: GET ${storagePath(kind)}?watch=true answered ${httpStatus}; ${advice} Until this is fixed, the agent compares the list every ${REJECTED_MS / 60_000} minutes`,
    );
  }
}

function isPermanent(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}

async function drain(body: Readable, lifetimeMs: number, onEvent: () => void): Promise<void> {
  const timer = setTimeout(() => body.destroy(), lifetimeMs);
  try {
    for await (const chunk of body) if (chunk !== undefined) onEvent();
  } catch {
    // Most watches end with a broken connection.
  } finally {
    clearTimeout(timer);
  }
}
