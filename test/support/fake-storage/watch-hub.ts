import type { WatchAnswer } from './answer.ts';
import { auditHeaders } from './audit-headers.ts';
import { objectJson } from './object-json.ts';
import type { ObjectStore, StoreEvent } from './object-store.ts';
import type { ResourceName } from './resources.ts';

type WatchSpec = WatchAnswer['watch'];

/** The part of a server's response that a watch uses. */
export interface WatchResponse {
  readonly socket: { readonly resetAndDestroy: () => unknown } | null;
  once(event: 'close', listener: () => void): unknown;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  flushHeaders(): void;
  write(text: string): unknown;
  end(): unknown;
}

interface OpenWatch {
  readonly spec: WatchSpec;
  readonly response: WatchResponse;
}

/** All open watches. They report only new changes, without a replay. */
export class WatchHub {
  readonly #open = new Set<OpenWatch>();

  constructor(store: ObjectStore) {
    store.onChange((event) => this.#emit(event));
  }

  open(spec: WatchSpec, response: WatchResponse): void {
    const watch = { spec, response };
    this.#open.add(watch);
    const timer =
      spec.timeoutMs === undefined ? undefined : setTimeout(() => response.end(), spec.timeoutMs);
    response.once('close', () => {
      this.#open.delete(watch);
      clearTimeout(timer);
    });
    response.writeHead(200, { ...auditHeaders(), 'Content-Type': 'application/json' });
    response.flushHeaders();
  }

  count(resource?: ResourceName): number {
    return this.#of(resource).length;
  }

  /** Ends all watches, by a reset or by a normal end. */
  cut(how: 'reset' | 'end' = 'reset', resource?: ResourceName): void {
    for (const { response } of this.#of(resource)) {
      if (how === 'end') response.end();
      else response.socket?.resetAndDestroy();
    }
  }

  /** Writes a raw event. */
  write(text: string, resource?: ResourceName): void {
    for (const { response } of this.#of(resource)) response.write(text);
  }

  #of(resource: ResourceName | undefined): readonly OpenWatch[] {
    return [...this.#open].filter(
      ({ spec }) => resource === undefined || spec.resource === resource,
    );
  }

  #emit({ type, row }: StoreEvent): void {
    for (const { spec, response } of this.#of(row.resource)) {
      if (spec.silent) continue;
      if (spec.namespace !== undefined && spec.namespace !== row.namespace) continue;
      const full = spec.fullSpec && type !== 'DELETED';
      response.write(
        `{"type":"${type}","object":${objectJson(row, { full, typed: true, isWritten: type !== 'DELETED' })}}\n`,
      );
    }
  }
}
