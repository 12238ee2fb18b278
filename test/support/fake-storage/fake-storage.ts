import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

import { closeServer, listen } from '../network/listen.ts';
import type { Authenticate, Forbid } from './access.ts';
import type { Answer } from './answer.ts';
import { parseRequest } from './api-request.ts';
import { ApiServer } from './api-server.ts';
import type { ApiServiceState } from './discovery.ts';
import type { StoreContent } from './fill-store.ts';
import { fillStore } from './fill-store.ts';
import { ObjectStore } from './object-store.ts';
import { PageCache } from './page-cache.ts';
import type { Quirks } from './quirks.ts';
import { DEFAULT_QUIRKS } from './quirks.ts';
import type { ManifestBody } from './read-objects.ts';
import type { LoggedRequest } from './request-log.ts';
import { RequestLog } from './request-log.ts';
import type { Match, ScriptedAnswer } from './script.ts';
import { Script } from './script.ts';
import { sendResponse } from './send-answer.ts';
import type { ObjectKey } from './stored-object.ts';
import { WatchHub } from './watch-hub.ts';

export interface FakeStorageOptions extends StoreContent {
  /** Body for the GET of a manifest; `undefined` leaves it to the store. */
  readonly manifestBody?: ManifestBody | undefined;
  /** @default accepts all requests */
  readonly authenticate?: Authenticate | undefined;
  /** @default nothing is forbidden */
  readonly forbid?: Forbid | undefined;
  /** @default 'kubescape' */
  readonly kubescapeNamespace?: string | undefined;
  /** `clusterData` of the ConfigMap `ks-cloud-config`. Absent: no ConfigMap. A string is served unchanged. */
  readonly clusterData?: Readonly<Record<string, unknown>> | string | undefined;
  /** Adds a hash of the content to objects, like the storage since 2024. @default true */
  readonly checksums?: boolean | undefined;
  /** @default 'up' */
  readonly apiService?: ApiServiceState | undefined;
  readonly quirks?: Partial<Quirks> | undefined;
  /** Whether pages are cached until an object changes. @default false */
  readonly cachesPages?: boolean | undefined;
}

/** A local API server with Kubescape's storage behind it. */
export interface FakeStorage {
  readonly url: string;
  readonly port: number;
  readonly store: ObjectStore;
  readonly watches: WatchHub;
  readonly requests: readonly LoggedRequest[];
  /** Number of scripted answers not used yet. */
  readonly scriptLeft: number;
  /** Maximum number of concurrent requests for a resource. */
  inFlightMax(resource: string): number;
  /** Scripts answers for the next matching requests, one each. */
  answerNext(match: Match, ...answers: readonly ScriptedAnswer[]): void;
  /** Breaks all watches without warning. */
  cutWatches(): void;
  /**
   * Removes objects like the server's own cleanup, which cannot encode their deletion: no event is
   * sent, and every watch of their kinds ends normally.
   */
  cleanUp(...keys: readonly ObjectKey[]): void;
  setApiService(state: ApiServiceState): void;
  close(): Promise<void>;
}

export async function startFakeStorage(options: FakeStorageOptions = {}): Promise<FakeStorage> {
  const host = new Host(options);
  const server = createServer(CONNECTIONS, (message, response) => {
    host.handle(message, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    store: host.store,
    watches: host.watches,
    requests: host.log.requests,
    get scriptLeft() {
      return host.script.left;
    },
    inFlightMax: (resource) => host.log.inFlightMax(resource),
    answerNext: (match, ...answers) => host.script.add(match, answers),
    cutWatches: () => host.watches.cut(),
    cleanUp: (...keys) => {
      for (const key of keys) host.store.remove(key);
      for (const kind of new Set(keys.map(({ resource }) => resource))) {
        host.watches.cut('end', kind);
      }
    },
    setApiService: (state) => {
      host.api.apiService = state;
    },
    close: async () => closeServer(server),
  };
}

class Host {
  readonly store: ObjectStore;
  readonly watches: WatchHub;
  readonly api: ApiServer;
  readonly log = new RequestLog();
  readonly script = new Script();
  readonly #quirks: Quirks;

  constructor(options: FakeStorageOptions) {
    this.#quirks = { ...DEFAULT_QUIRKS, ...options.quirks };
    this.store = new ObjectStore(options);
    fillStore(this.store, options);
    this.watches = new WatchHub(this.store);
    this.api = new ApiServer({
      store: this.store,
      quirks: this.#quirks,
      manifestBody: options.manifestBody,
      pages: options.cachesPages === true ? new PageCache(this.store) : undefined,
      authenticate: options.authenticate ?? (() => true),
      forbid: options.forbid ?? (() => false),
      kubescapeNamespace: options.kubescapeNamespace ?? 'kubescape',
      clusterData: options.clusterData,
    });
    this.api.apiService = options.apiService ?? 'up';
  }

  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = parseRequest(message);
    const index = this.log.arrived(request);
    response.once('close', () => this.log.left(request));
    const answer = await this.script.answer(request, async () => this.api.answer(request, message));
    this.log.answered(index, answer);
    await this.#send(response, answer);
  }

  async #send(response: ServerResponse, answer: Answer): Promise<void> {
    if (answer === 'hang') return;
    if (answer === 'reset') response.socket?.resetAndDestroy();
    else if ('watch' in answer) this.watches.open(answer.watch, response);
    else await sendResponse(response, answer, this.#quirks.compress);
  }
}

/** Go's API server keeps idle connections for minutes. Node's default of 5 s would cause resets. */
const CONNECTIONS = { keepAliveTimeout: 120_000, requestTimeout: 0 };
