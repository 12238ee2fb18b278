import type { Readable } from 'node:stream';

import { backoffDelay } from '../../http/backoff.ts';
import type { RetryClock } from '../../http/retry-clock.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import type { ClusterAccess } from '../../kubernetes/cluster-access.ts';
import { fingerprint } from './fingerprint.ts';
import { rbacRule, type StorageKind, storagePath } from './storage-api.ts';

export interface WatchOptions {
  readonly access: ClusterAccess;
  readonly client: ApiClient;
  /** Kubescape's own namespace. */
  readonly namespace: string;
  readonly kinds: readonly StorageKind[];
  readonly clock: RetryClock;
  /** Milliseconds until the head of the answer. */
  readonly timeoutMs: number;
  /** Milliseconds after which a watch is closed that the server has not ended; for tests. */
  readonly lifetimeMs?: number;
  /** Called when something has changed, or may have; often, so it must be cheap. */
  readonly onChange: (kind: StorageKind) => void;
  /** Called with a sentence when a kind may not be watched, once until it may. */
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

/** The server is asked to end a watch after this time. */
const WATCH_SECONDS = 600;

/** Later than the server would have: a connection that died without a word never ends by itself. */
const LIFETIME_MS = (WATCH_SECONDS + 30) * 1000;

const backoff = { minMs: 1000, maxMs: 30_000 };

/** Rights are given by people, so there is no hurry. */
const REFUSED_MS = 5 * 60 * 1000;

/**
 * Watches these kinds until the signal aborts. A watch is a hint and no more: it must be
 * cluster-wide (in a namespace it never says anything), it replays nothing, ends without a word,
 * and forgets deletions. So every time one is opened, the list of its kind is compared with what it
 * was, and a difference counts as a change. Events are drained at once and never looked at: the
 * server blocks writes while a watcher is slow.
 */
export async function watchChanges(options: WatchOptions): Promise<void> {
  await Promise.all(options.kinds.map(async (kind) => new Watcher(kind, options).run()));
}

type OpenedWatch =
  | { readonly status: 'open'; readonly body: Readable }
  /** Not for now: whatever broke it, the list is compared and the watch begins anew. */
  | { readonly status: 'broken' }
  /** It will not be let in until somebody changes something. */
  | { readonly status: 'refused'; readonly answer: number };

class Watcher {
  readonly #kind: StorageKind;
  readonly #options: WatchOptions;
  /** What the list was when it was told of last. */
  #known: string | undefined;
  #isRefusalTold = false;

  constructor(kind: StorageKind, options: WatchOptions) {
    this.#kind = kind;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { clock, signal } = this.#options;
    this.#known = await this.#fingerprint();
    for (let failures = 0; !signal.aborted;) {
      const startMs = clock.now();
      const watch = await this.#open();
      // Once it is open, or has failed to: what was before is in the list, the rest will be told.
      await Promise.all([watch.status === 'open' && this.#drain(watch.body), this.#compare()]);
      if (signal.aborted) return;
      failures = clock.now() - startMs > backoff.maxMs ? 0 : failures + 1;
      const delayMs = backoffDelay(backoff, Math.max(failures, 1), clock.random());
      const isRefused = watch.status === 'refused' && this.#tellRefusal(watch.answer);
      await clock.sleep(isRefused ? REFUSED_MS : delayMs, signal).catch(() => undefined);
    }
  }

  async #compare(): Promise<void> {
    const current = await this.#fingerprint();
    if (current === undefined || current === this.#known) return;
    this.#known = current;
    this.#options.onChange(this.#kind);
  }

  /** `undefined` while the server cannot be asked. */
  async #fingerprint(): Promise<string | undefined> {
    const { client, namespace, signal } = this.#options;
    const place = { client, namespace, kinds: [this.#kind], signal };
    const result = await fingerprint(place).catch(() => undefined);
    return result?.status === 'ok' ? result.value : undefined;
  }

  async #open(): Promise<OpenedWatch> {
    const { access, timeoutMs, signal } = this.#options;
    try {
      // Without fullSpec: the events say only that something happened, and that is all we ask.
      const query = { watch: 'true', timeoutSeconds: String(WATCH_SECONDS) };
      const path = storagePath(this.#kind);
      const { status, body } = await access.request({ path, query, timeoutMs, signal });
      if (status === 200) {
        this.#isRefusalTold = false;
        return { status: 'open', body };
      }
      body.destroy();
      if (isRefusal(status)) return { status: 'refused', answer: status };
    } catch {
      // As if it had been answered by nothing.
    }
    return { status: 'broken' };
  }

  /** Reads all events. What they told is known then, and no change any more for the next watch. */
  async #drain(body: Readable): Promise<void> {
    const { lifetimeMs = LIFETIME_MS, onChange } = this.#options;
    let hasTold = false;
    await drain(body, lifetimeMs, () => {
      hasTold = true;
      onChange(this.#kind);
    });
    if (hasTold) this.#known = (await this.#fingerprint()) ?? this.#known;
  }

  #tellRefusal(answer: number): true {
    if (this.#isRefusalTold) return true;
    this.#isRefusalTold = true;
    const kind = this.#kind;
    const advice =
      answer === 403
        ? `the ClusterRole needs the rule ${rbacRule([kind])}, for the whole cluster.`
        : 'is the Kubescape operator installed, with its storage running?';
    this.#options.warn(
      `changes of ${kind} cannot be watched: GET ${storagePath(kind)}?watch=true was answered ${answer}; ${advice} Until then its list is compared every ${REFUSED_MS / 60_000} minutes`,
    );
    return true;
  }
}

/** Whether asking again soon brings the same. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}

async function drain(body: Readable, lifetimeMs: number, onEvent: () => void): Promise<void> {
  const timer = setTimeout(() => body.destroy(), lifetimeMs);
  try {
    for await (const chunk of body) if (chunk !== undefined) onEvent();
  } catch {
    // A cut connection is how most watches end.
  } finally {
    clearTimeout(timer);
  }
}
