import type { ApiRequest } from './api-request.ts';
import type { QueueLimits } from './request-queue.ts';
import type { ResourceName } from './resources.ts';

/** Differences between the storage and an ordinary API, and between its versions. */
export interface Quirks {
  /** Page size without a limit; Infinity in newer versions. @default 500 */
  readonly defaultPageSize: number;
  /** Whether an empty list has `items: null`. @default false */
  readonly nullItems: boolean;
  /** Whether items of a list have kind and apiVersion. @default false */
  readonly itemsWithKind: boolean;
  /** Number of zero-valued items at the end of each list. @default 0 */
  readonly zeroItems: number;
  /** Whether a watch of one namespace sends events, as in newer versions. @default 'silent' */
  readonly namespacedWatch: 'silent' | 'emits';
  /** @default one worker and 50 places for manifests, two and 100 for other resources */
  readonly queue: (resource: ResourceName) => QueueLimits;
  /** Milliseconds that a request for specs keeps its worker busy. @default 0 */
  readonly latencyMs: (request: ApiRequest) => number;
  /** Whether bodies above 128 KiB are compressed for clients that accept gzip. @default true */
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
