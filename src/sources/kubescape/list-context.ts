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
  /**
   * Whether nothing is known about earlier runs. They may have sent series of objects that are
   * unreadable now.
   */
  readonly isFirst: boolean;
  /** Whether series need what containers loaded at run time, which only the specs of summaries reference. */
  readonly needsRelevance: boolean;
}

/** `value` is absent if the kind is down. */
export interface ListResult<Value> {
  readonly state: KindState;
  readonly value?: Value;
  /** Changes whenever an object changes. Absent if the list could not be read. */
  readonly fingerprint?: string;
}

/** Watches compare an absent or forbidden kind as an empty list. */
export function failedList(kind: StorageKind, result: FailedResult): ListResult<never> {
  const isKnown = result.status !== 'failed';
  return { state: kindDown(kind, result), ...(isKnown && { fingerprint: '' }) };
}
