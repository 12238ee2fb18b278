import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';

import { AccessError } from '../../../src/http/access-error.ts';
import type {
  ApiAnswer,
  ApiRequest,
  ClusterAccess,
} from '../../../src/kubernetes/cluster-access.ts';
import { parseRequest, type ApiRequest as ParsedRequest } from '../fake-storage/api-request.ts';
import { ApiServer } from '../fake-storage/api-server.ts';
import { ObjectStore } from '../fake-storage/object-store.ts';
import { DEFAULT_QUIRKS } from '../fake-storage/quirks.ts';
import type { ObjectKey } from '../fake-storage/stored-object.ts';
import { WatchHub, type WatchResponse } from '../fake-storage/watch-hub.ts';

/** The fake storage without a network, so that hundreds of histories take seconds. */
export class LocalStorage implements ClusterAccess {
  readonly server = 'http://local';
  readonly origin = 'test';
  readonly store = new ObjectStore();
  readonly watches = new WatchHub(this.store);
  readonly #api = new ApiServer({
    store: this.store,
    quirks: DEFAULT_QUIRKS,
    manifestBody: undefined,
    pages: undefined,
    authenticate: () => true,
    forbid: () => false,
    kubescapeNamespace: 'kubescape',
    clusterData: undefined,
  });
  isDown = false;
  /** Number of requests so far, which grows while something is going on. */
  requests = 0;
  /** Called before a request is answered. */
  onRequest: () => void = () => undefined;
  /** Called with each answer of status 200, at the moment it is created. */
  onAnswer: (request: ParsedRequest) => void = () => undefined;

  cleanUp(key: ObjectKey): void {
    this.store.remove(key);
    this.watches.cut('end', key.resource);
  }

  stop(): void {
    this.isDown = true;
    this.watches.cut('reset');
  }

  async request({ path, query = {}, signal }: ApiRequest): Promise<ApiAnswer> {
    this.requests++;
    this.onRequest();
    if (this.isDown) throw new AccessError('the storage is down');
    const message = new IncomingMessage(new Socket());
    message.method = 'GET';
    message.url = `${path}?${new URLSearchParams(query).toString()}`;
    const request = parseRequest(message);
    const answer = await this.#api.answer(request, message);
    if (typeof answer === 'string') throw new AccessError(answer);
    if ('watch' in answer) {
      const response = new LocalWatch(signal);
      this.watches.open(answer.watch, response);
      return { status: 200, retryAfter: undefined, body: response.body };
    }
    const { status, body = '', onSent } = answer;
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? [body] : [...body];
    onSent?.();
    if (status === 200) this.onAnswer(request);
    const whole = Buffer.concat(bytes.map((part) => Buffer.from(part)));
    return { status, retryAfter: undefined, body: Readable.from([whole]) };
  }

  close(): void {
    this.watches.cut('end');
  }
}

class LocalWatch implements WatchResponse {
  readonly body = new PassThrough();
  readonly socket = { resetAndDestroy: () => this.body.destroy(new Error('reset')) };

  constructor(signal: AbortSignal) {
    this.body.once('error', () => undefined);
    signal.addEventListener('abort', () => this.body.destroy(new Error('aborted')));
  }

  once(_event: 'close', listener: () => void): void {
    this.body.once('close', listener);
  }

  writeHead(): void {}

  flushHeaders(): void {}

  write(text: string): void {
    if (!this.body.destroyed) this.body.write(text);
  }

  end(): void {
    this.body.end();
  }
}
