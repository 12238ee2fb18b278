import type { Response } from './answer.ts';
import { json } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import { alreadyExists, methodNotAllowed, notFound, unreadable } from './api-status.ts';
import type { ObjectStore } from './object-store.ts';
import type { ResourceName } from './resources.ts';

/** Answers a deletion, or a write that fails. Tests write to the store directly. */
export function writeObject(
  store: ObjectStore,
  request: ApiRequest,
  resource: ResourceName,
): Response {
  const { method, name = '', namespace = '', group } = request;
  const row = store.find({ resource, namespace, name });
  const isChange = method === 'DELETE' || method === 'PUT';
  if (!isChange) return methodNotAllowed();
  if (row === undefined) return notFound(request);
  if (row.damage === 'forever') return unreadable();
  if (method === 'PUT') return methodNotAllowed();
  store.delete(row);
  const details = { name, group, kind: resource, uid: row.metadata.uid };
  return json(200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details });
}

/** Answers the creation of an object that exists, even if it is damaged. */
export function createObject(
  store: ObjectStore,
  request: ApiRequest,
  { resource, name }: { readonly resource: ResourceName; readonly name: string },
): Response {
  const { namespace = '' } = request;
  const exists = store.find({ resource, namespace, name }) !== undefined;
  return exists ? alreadyExists(request, name) : methodNotAllowed();
}
