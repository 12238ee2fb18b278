import { createServer, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { listen } from './listen.ts';

/**
 * Fault of one connection. `reset`: closed immediately. `hang`: requests are swallowed. `half-request`: cut during
 * the request. `lost-answer`: cut before the answer. `half-answer`: cut during the answer. `slow`: the answer
 * arrives in small pieces.
 */
export type LineFault =
  | 'reset'
  | 'hang'
  | 'half-request'
  | 'lost-answer'
  | 'half-answer'
  | 'slow'
  | 'none';

export interface TcpProxy {
  readonly port: number;
  /** Chunks received from the target, about one per request. */
  readonly answers: number;
  /** Faults for the next connections, in order. */
  readonly pending: number;
  /** Changes the target of later connections. */
  retarget(port: number): void;
  /** Resolves once `answers` has reached the count. */
  answered(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface TcpProxyOptions {
  /** Port on 127.0.0.1. */
  readonly targetPort: number;
  /** Faults of the first connections, in order. */
  readonly faults?: readonly LineFault[];
  /** Delay before each answer, in milliseconds. */
  readonly answerDelayMs?: number;
}

const MAX_CONNECTIONS = 200;
const HALF_REQUEST_BYTES = 600;
const HALF_ANSWER_BYTES = 20;
const SLOW_BYTES = 1024;
const SLOW_MS = 2;

/** A TCP proxy between sender and receiver that injects faults. */
export async function startTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const proxy = new Proxy(options);
  const server = createServer({ allowHalfOpen: false }, (client) => proxy.accept(client));
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server);
  return {
    port,
    get answers() {
      return proxy.answers;
    },
    get pending() {
      return proxy.faults.length;
    },
    retarget: (target) => void (proxy.targetPort = target),
    answered: async (count) => proxy.answered(count),
    async close() {
      proxy.cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class Proxy {
  answers = 0;
  targetPort: number;
  readonly faults: LineFault[];
  readonly #answerDelayMs: number;
  readonly #sockets = new Set<Socket>();
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor({ targetPort, faults = [], answerDelayMs = 0 }: TcpProxyOptions) {
    this.targetPort = targetPort;
    this.faults = [...faults];
    this.#answerDelayMs = answerDelayMs;
  }

  accept(client: Socket): void {
    const fault = this.faults.shift() ?? 'none';
    this.#keep(client);
    if (fault === 'reset') client.resetAndDestroy();
    else if (fault === 'hang') client.resume();
    else this.#join(client, fault);
  }

  async answered(count: number): Promise<void> {
    if (this.answers >= count) return;
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket, fault: LineFault): void {
    const target = connect(this.targetPort, '127.0.0.1');
    this.#keep(target);
    function cut(): void {
      client.resetAndDestroy();
      target.destroy();
    }
    target.on('close', () => client.destroy());
    client.on('close', () => target.destroy());
    void pass(client, target, { limit: fault === 'half-request' ? HALF_REQUEST_BYTES : Infinity })
      .then((isCut) => isCut && cut())
      .catch(cut);
    const back = { ...BACK[fault], delayMs: this.#answerDelayMs, onData: () => this.#count() };
    void pass(target, client, back)
      .then((isCut) => isCut && cut())
      .catch(cut);
  }

  #count(): void {
    this.answers++;
    const due = this.#waiting.filter(({ count }) => count <= this.answers);
    this.#waiting = this.#waiting.filter(({ count }) => count > this.answers);
    for (const { resolve } of due) resolve();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

const BACK: Readonly<Partial<Record<LineFault, PassOptions>>> = {
  'lost-answer': { limit: 0 },
  'half-answer': { limit: HALF_ANSWER_BYTES },
  slow: { isSlow: true },
};

interface PassOptions {
  /** Number of bytes after which the connection is cut. */
  readonly limit?: number;
  readonly isSlow?: boolean;
  readonly delayMs?: number;
  readonly onData?: () => void;
}

/** Resolves to whether the limit was reached. */
async function pass(from: Socket, to: Socket, options: PassOptions): Promise<boolean> {
  const { limit = Infinity, isSlow = false, delayMs = 0, onData } = options;
  let passed = 0;
  for await (const chunk of from.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    onData?.();
    if (delayMs > 0) await sleep(delayMs);
    const part = bytes.subarray(0, limit - passed);
    if (isSlow) await trickle(part, to);
    else to.write(part);
    passed += part.length;
    if (passed >= limit) return true;
  }
  return false;
}

async function trickle(bytes: Buffer, to: Socket): Promise<void> {
  for (let at = 0; at < bytes.length; at += SLOW_BYTES) {
    to.write(bytes.subarray(at, at + SLOW_BYTES));
    await sleep(SLOW_MS);
  }
}
