import type { ApiClient } from '../../kubernetes/api-client.ts';
import type { ReadObserver } from '../scan-source.ts';
import { type FailedResult, type KindState, kindDown } from './kind-state.ts';
import type { StorageKind } from './storage-api.ts';

export interface ListContext {
  readonly client: ApiClient;
  readonly observer: ReadObserver;
  /** Kubescape's own namespace, which contains all manifests. */
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** Whether nothing is known of earlier runs, which may have sent series of objects that are unreadable now. */
  readonly isFirst: boolean;
  /** Whether series need what containers loaded at run time, which only the specs of summaries reference. */
  readonly needsRelevance: boolean;
}

/** `value` is absent if the kind is down. */
export interface ListResult<Value> {
  readonly state: KindState;
  readonly value?: Value;
  /** Changes whenever an object does. Absent if the list could not be read. */
  readonly fingerprint?: string;
}

/** A kind that is absent or forbidden counts as an empty list when watches compare it. */
export function failedList(kind: StorageKind, result: FailedResult): ListResult<never> {
  const isKnown = result.status !== 'failed';
  return { state: kindDown(kind, result), ...(isKnown && { fingerprint: '' }) };
}
