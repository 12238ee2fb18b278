import type { ApiResult } from '../../kubernetes/api-client.ts';
import { rbacRule, type StorageKind } from './storage-api.ts';

/** Whether a kind could be read. */
export interface KindState {
  readonly kind: StorageKind;
  readonly isUp: boolean;
  /** Whether reading failed. False for a kind that is down because it is not installed or not permitted. */
  readonly hasFailed: boolean;
  /** Reason and advice. Empty if the kind is up. */
  readonly message: string;
}

export function kindUp(kind: StorageKind): KindState {
  return { kind, isUp: true, hasFailed: false, message: '' };
}

export type FailedResult = Exclude<ApiResult<unknown>, { status: 'ok' }>;

export function kindDown(kind: StorageKind, result: FailedResult): KindState {
  const hasFailed = result.status === 'failed';
  return {
    kind,
    isUp: false,
    hasFailed,
    message: `${kind} cannot be read: ${adviceFor(kind, result)}`,
  };
}

/** For a list whose objects all have zero-valued specs, as if `FULL_SPEC` had been ignored. */
export function kindWithoutSpecs(kind: StorageKind): KindState {
  const message = 'no object has a spec, although resourceVersion=fullSpec was requested';
  return kindDown(kind, { status: 'failed', message });
}

function adviceFor(kind: StorageKind, { status, message }: FailedResult): string {
  if (status === 'forbidden')
    return `${message}; the ClusterRole needs the rule ${rbacRule([kind])}`;
  if (status === 'absent') {
    return `${message}; is the Kubescape operator installed, with its storage running?`;
  }
  return message;
}
