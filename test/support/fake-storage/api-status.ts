import type { Response } from './answer.ts';
import { json } from './answer.ts';
import type { ApiRequest } from './api-request.ts';

interface StatusDetails {
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  readonly kind?: string | undefined;
  readonly causes?: readonly unknown[];
  readonly retryAfterSeconds?: number | undefined;
}

interface Failure {
  readonly code: number;
  readonly reason?: string | undefined;
  readonly message: string;
  readonly details?: StatusDetails | undefined;
}

/** A `Status` object, the format of Kubernetes for errors. */
export function failure({ code, reason, message, details }: Failure): Response {
  return json(code, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    details,
    code,
  });
}

export function unauthorized(): Response {
  return failure({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

export function notFound(request: ApiRequest): Response {
  const { group, resource, name = '' } = request;
  const message = `${qualified(request)} "${name}" not found`;
  const details = { name, group, kind: resource };
  return failure({ code: 404, reason: 'NotFound', message, details });
}

/** Answer to requests for a kind or version that the storage does not serve. */
export function unknownResource(): Response {
  const message = 'the server could not find the requested resource';
  return failure({ code: 404, reason: 'NotFound', message, details: {} });
}

/** Answer to every request for an object whose payload is damaged, without a reason. */
export function unreadable(): Response {
  return failure({ code: 500, message: 'extra data in buffer' });
}

export function alreadyExists(request: ApiRequest, name: string): Response {
  const { group, resource } = request;
  const message = `${qualified(request)} "${name}" already exists`;
  const details = { name, group, kind: resource };
  return failure({ code: 409, reason: 'AlreadyExists', message, details });
}

export function notAcceptable(): Response {
  const types = [
    'application/json',
    'application/yaml',
    'application/vnd.kubernetes.protobuf',
    'application/json;stream=watch',
    'application/vnd.kubernetes.protobuf;stream=watch',
  ];
  const message = `406: Not Acceptable\n\nAvailable representations: ${types.join(', ')}`;
  return failure({ code: 406, reason: 'NotAcceptable', message, details: {} });
}

export function methodNotAllowed(): Response {
  const message = 'the server does not allow this method on the requested resource';
  return failure({ code: 405, reason: 'MethodNotAllowed', message, details: {} });
}

export function forbidden(request: ApiRequest, user: string): Response {
  const { verb, group, resource, namespace, name } = request;
  const object = name === undefined ? '' : ` "${name}"`;
  const scope =
    namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`;
  return failure({
    code: 403,
    reason: 'Forbidden',
    message: `${qualified(request)}${object} is forbidden: User "${user}" ${what}`,
    details: { name, group: group === '' ? undefined : group, kind: resource },
  });
}

/** The storage rejects watches with `sendInitialEvents`. */
export function initialEventsForbidden(): Response {
  const why =
    'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
  const message = `ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: ${why}`;
  const causes = [{ reason: 'FieldValueForbidden', message: why, field: 'sendInitialEvents' }];
  const details = { group: 'meta.k8s.io', kind: 'ListOptions', causes };
  return failure({ code: 422, reason: 'Invalid', message, details });
}

/** The storage timed out waiting for a lock or a database connection. */
export function serverTimeout(request: ApiRequest, retryAfterSeconds = 1): Response {
  const { verb, group, resource } = request;
  const answer = failure({
    code: 500,
    reason: 'ServerTimeout',
    message: `The ${verb} operation against ${qualified(request)} could not be completed at this time, please try again.`,
    details: { name: verb, group, kind: resource, retryAfterSeconds },
  });
  return { ...answer, headers: { 'Retry-After': String(retryAfterSeconds) } };
}

function qualified({ resource, group }: ApiRequest): string {
  return group === '' ? resource : `${resource}.${group}`;
}
