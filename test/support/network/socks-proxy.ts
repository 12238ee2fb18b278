import { connect, createServer, type Socket } from 'node:net';

import { listen } from './listen.ts';

export interface SocksProxy {
  /** `socks5://127.0.0.1:<port>`. */
  readonly url: string;
  /** Targets as received, `<name or address>:<port>`. */
  readonly targets: readonly string[];
  /** `<user>:<password>` of each connection that authenticated. */
  readonly logins: readonly string[];
  /** Connections that are open. */
  readonly open: () => number;
  readonly close: () => Promise<void>;
}

export interface SocksProxyOptions {
  /** `<user>:<password>`. Default: no authentication. */
  readonly login?: string;
  /** Reply to each request (RFC 1928 §6): 0 connects, 5 means "connection refused". Default: 0. */
  readonly reply?: number;
  /** Whether the proxy never answers. Default: false. */
  readonly isSilent?: boolean;
}

/** A SOCKS5 proxy (RFC 1928, RFC 1929) that resolves every host to 127.0.0.1. */
export async function startSocksProxy(options: SocksProxyOptions = {}): Promise<SocksProxy> {
  const targets: string[] = [];
  const logins: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    if (options.isSilent === true) socket.resume();
    else void new Handshake(socket, { options, targets, logins }).run();
  });
  const port = await listen(server);
  return {
    url: `socks5://127.0.0.1:${port}`,
    targets,
    logins,
    open: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Context {
  readonly options: SocksProxyOptions;
  readonly targets: string[];
  readonly logins: string[];
}

const NO_AUTHENTICATION = 0;
const PASSWORD = 2;
const NO_METHOD = 0xff;

class Handshake {
  readonly #socket: Socket;
  readonly #context: Context;
  #received = Buffer.alloc(0);

  constructor(socket: Socket, context: Context) {
    this.#socket = socket;
    this.#context = context;
  }

  async run(): Promise<void> {
    const { login } = this.#context.options;
    const method = login === undefined ? NO_AUTHENTICATION : PASSWORD;
    const [, count = 0] = await this.#take(2);
    const isOffered = (await this.#take(count)).includes(method);
    this.#socket.write(Buffer.of(5, isOffered ? method : NO_METHOD));
    if (isOffered && (login === undefined || (await this.#authenticate(login)))) {
      await this.#connect();
    } else {
      this.#socket.end();
    }
  }

  async #authenticate(login: string): Promise<boolean> {
    await this.#take(1);
    const given = `${await this.#takeText()}:${await this.#takeText()}`;
    this.#context.logins.push(given);
    this.#socket.write(Buffer.of(1, given === login ? 0 : 1));
    return given === login;
  }

  async #connect(): Promise<void> {
    const { options, targets } = this.#context;
    const [, , , type] = await this.#take(4);
    const host = await this.#takeHost(type);
    const port = (await this.#take(2)).readUInt16BE();
    targets.push(`${host}:${port}`);
    const { reply = 0 } = options;
    this.#socket.write(Buffer.of(5, reply, 0, 1, 127, 0, 0, 1, 0, 0));
    if (reply !== 0) return;
    const upstream = connect(port, '127.0.0.1');
    upstream.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => upstream.destroy());
    upstream.write(this.#received);
    this.#socket.pipe(upstream).pipe(this.#socket);
  }

  async #takeHost(type: number | undefined): Promise<string> {
    if (type === 3) return this.#takeText();
    return (await this.#take(type === 1 ? 4 : 16)).join('.');
  }

  /** A text with its length in front. */
  async #takeText(): Promise<string> {
    const [length = 0] = await this.#take(1);
    return (await this.#take(length)).toString();
  }

  async #take(length: number): Promise<Buffer> {
    while (this.#received.length < length) {
      const chunk = await new Promise<Buffer>((resolve) => this.#socket.once('data', resolve));
      this.#received = Buffer.concat([this.#received, chunk]);
    }
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }
}
