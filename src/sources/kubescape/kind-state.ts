import type { ApiResult } from '../../kubernetes/api-client.ts';
import { rbacRule, type StorageKind } from './storage-api.ts';

/** Whether a kind could be read, and what to do where it could not. */
export interface KindState {
  readonly kind: StorageKind;
  readonly isUp: boolean;
  /** Whether it should have been there: not so for what is not installed or not allowed. */
  readonly hasFailed: boolean;
  /** A sentence for people; empty if it is up. */
  readonly message: string;
}

export function kindUp(kind: StorageKind): KindState {
  return { kind, isUp: true, hasFailed: false, message: '' };
}

/** What an API result is that has no value. */
type FailedResult = Exclude<ApiResult<unknown>, { status: 'ok' }>;

/** A kind that is not there, or may not be read, is switched off for this run. */
export function kindDown(kind: StorageKind, result: FailedResult): KindState {
  const hasFailed = result.status === 'failed';
  return {
    kind,
    isUp: false,
    hasFailed,
    message: `${kind} cannot be read: ${adviceFor(kind, result)}`,
  };
}

/**
 * A list whose objects all come as if nobody had asked for their specs, and so as zeros. Beside
 * them there may be items without a name, and stubs that do say why they are stubs.
 */
export function kindWithoutSpecs(kind: StorageKind): KindState {
  const message =
    'not one object came with its spec, although resourceVersion=fullSpec was asked for';
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
