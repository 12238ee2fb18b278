import type { ApiRequest } from './api-request.ts';
import type { QueueLimits } from './request-queue.ts';
import type { ResourceName } from './resources.ts';

/** In what the storage differs from an ordinary API, and its versions from each other. */
export interface Quirks {
  /** Items of a page when no limit is asked for; Infinity as newer versions do. @default 500 */
  readonly defaultPageSize: number;
  /** An empty list has `items: null`. @default false */
  readonly nullItems: boolean;
  /** Items of a list have kind and apiVersion. @default false */
  readonly itemsWithKind: boolean;
  /** So many items without a name or anything else end each list. @default 0 */
  readonly zeroItems: number;
  /** What a watch of one namespace gets: nothing at all, or events, as in newer versions. @default 'silent' */
  readonly namespacedWatch: 'silent' | 'emits';
  /** @default one worker and 50 waiting for manifests, two and 100 for all else */
  readonly queue: (resource: ResourceName) => QueueLimits;
  /** Milliseconds that a request for specs keeps its worker busy. @default 0 */
  readonly latencyMs: (request: ApiRequest) => number;
  /** Bodies above 128 KiB are compressed for clients that accept gzip. @default true */
  readonly compress: boolean;
}

export const DEFAULT_QUIRKS: Quirks = {
  defaultPageSize: 500,
  nullItems: false,
  itemsWithKind: false,
  zeroItems: 0,
  namespacedWatch: 'silent',
  queue: (resource) =>
    resource === 'vulnerabilitymanifests'
      ? { workerCount: 1, queueLength: 50 }
      : { workerCount: 2, queueLength: 100 },
  latencyMs: () => 0,
  compress: true,
};
