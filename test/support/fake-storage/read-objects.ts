import type { Response } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import { notFound, unreadable } from './api-status.ts';
import { objectJson, zeroItemJson } from './object-json.ts';
import type { ObjectStore } from './object-store.ts';
import type { PageCache } from './page-cache.ts';
import type { Quirks } from './quirks.ts';
import type { ResourceName } from './resources.ts';
import { GROUP, RESOURCES, VERSION } from './resources.ts';
import type { Row } from './stored-object.ts';

/** Body of a manifest, for large clusters that are generated on each read. */
export type ManifestBody = (name: string) => Buffer | string | undefined;

export interface Reader {
  readonly store: ObjectStore;
  readonly quirks: Quirks;
  readonly manifestBody: ManifestBody | undefined;
  /** Whether to cache lists. Otherwise, each request serializes them again. */
  readonly pages: PageCache | undefined;
}

type Body = string | Buffer;

/** Returns the full object unless the request is for metadata. */
export function getObject(reader: Reader, request: ApiRequest, resource: ResourceName): Response {
  const row = reader.store.find({
    resource,
    namespace: request.namespace ?? '',
    name: request.name ?? '',
  });
  if (row === undefined) return notFound(request);
  if (request.query['resourceVersion'] === 'metadata') {
    return { status: 200, body: `${objectJson(row, { full: false, typed: true })}\n` };
  }
  if (row.damage === 'forever') return unreadable();
  if (row.damage === 'cut') {
    reader.store.remove(row);
    return notFound(request);
  }
  return { status: 200, body: [fullBody(reader, row, true), '\n'] };
}

/** Returns one page, without specs unless requested. Ignores selectors. */
export function listObjects(reader: Reader, request: ApiRequest, resource: ResourceName): Response {
  const { limit = '', continue: token = '0', resourceVersion = '' } = request.query;
  const size = Number(limit) > 0 ? Number(limit) : reader.quirks.defaultPageSize;
  const { namespace } = request;
  const full = resourceVersion === 'fullSpec';
  function print(): Iterable<Body> {
    const rows = reader.store.page({ resource, namespace, after: Number(token), limit: size });
    const next = rows.length === size ? rows.at(-1)?.rowId : undefined;
    return listBody(reader, { resource, full, next, rows });
  }
  const key = [namespace, token, size, full].join(' ');
  return { status: 200, body: reader.pages?.get(resource, key, print) ?? print() };
}

/** An empty list. The storage also returns it after a database error. */
export function emptyList(resource: ResourceName, nullItems = false): string {
  return `${listHead(resource, undefined)}${nullItems ? 'null' : '[]'}}\n`;
}

interface Page {
  readonly resource: ResourceName;
  readonly full: boolean;
  readonly next: number | undefined;
  readonly rows: readonly Row[];
}

/** Yields item by item, so that a page of large manifests is never completely in memory. */
function* listBody(reader: Reader, { resource, full, next, rows }: Page): Generator<Body> {
  const { zeroItems, nullItems } = reader.quirks;
  if (rows.length + zeroItems === 0) {
    yield emptyList(resource, nullItems);
    return;
  }
  yield `${listHead(resource, next)}[`;
  let separator = '';
  for (const row of rows) {
    yield separator;
    yield itemBody(reader, row, full);
    separator = ',';
  }
  for (let left = zeroItems; left > 0; left--) {
    yield `${separator}${zeroItemJson(resource)}`;
    separator = ',';
  }
  yield ']}\n';
}

function itemBody(reader: Reader, row: Row, full: boolean): Body {
  const typed = reader.quirks.itemsWithKind;
  if (!full) return objectJson(row, { full, typed });
  return row.damage === undefined ? fullBody(reader, row, typed) : zeroItemJson(row.resource);
}

function fullBody({ manifestBody }: Reader, row: Row, typed: boolean): Body {
  const provided = row.resource === 'vulnerabilitymanifests' ? manifestBody?.(row.name) : undefined;
  return provided ?? objectJson(row, { full: true, typed });
}

function listHead(resource: ResourceName, next: number | undefined): string {
  const kind = `${RESOURCES[resource].kind}List`;
  const metadata = next === undefined ? {} : { continue: String(next) };
  return `{"kind":"${kind}","apiVersion":"${GROUP}/${VERSION}","metadata":${JSON.stringify(metadata)},"items":`;
}
