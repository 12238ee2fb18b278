import type { AccessOptions } from '../access-options.ts';
import { SecretMemory } from '../secrets/secret-memory.ts';
import { Transport } from '../transport/transport.ts';
import { Access } from './access.ts';

export interface ConnectionsOptions {
  /** Only its origin matters. */
  readonly url: URL;
  readonly access?: AccessOptions;
  /** Requests at a time. */
  readonly maxSockets: number;
  /** Whether connections stay open for the next request; they do if left out. */
  readonly keepAlive?: boolean;
  /** Limit of one request for credentials, in milliseconds. */
  readonly timeoutMs: number;
  /** `<name>/<version>`. */
  readonly userAgent: string;
}

/** Logins and connections to one origin. Clients that share them log in once. */
export class Connections {
  readonly memory = new SecretMemory([]);
  readonly access: Access;
  readonly transport: Transport;

  /** @throws {TypeError} If the proxy could never be used. */
  constructor({ access = {}, ...options }: ConnectionsOptions) {
    const context = { ...options, memory: this.memory, now: Date.now };
    this.access = new Access(access, context);
    this.transport = new Transport({ ...access, ...context });
  }
}
