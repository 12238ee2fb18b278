import type { AccessOptions } from '../access-options.ts';
import { SecretMemory } from '../secrets/secret-memory.ts';
import { Transport } from '../transport/transport.ts';
import { Access } from './access.ts';

export interface ConnectionsOptions {
  /** Only the origin is used. */
  readonly url: URL;
  readonly access?: AccessOptions;
  /** Maximum number of parallel connections. */
  readonly maxSockets: number;
  /** Whether connections are reused. Default: true. */
  readonly keepAlive?: boolean;
  /** Timeout of one request for credentials, in milliseconds. */
  readonly timeoutMs: number;
  /** `<name>/<version>`. */
  readonly userAgent: string;
}

/** Credentials and connections for one origin. Clients that share them authenticate once. */
export class Connections {
  readonly memory = new SecretMemory([]);
  readonly access: Access;
  readonly transport: Transport;

  /** @throws {TypeError} The proxy is invalid. */
  constructor({ access = {}, ...options }: ConnectionsOptions) {
    const context = { ...options, memory: this.memory, now: Date.now };
    this.access = new Access(access, context);
    this.transport = new Transport({ ...access, ...context });
  }
}
