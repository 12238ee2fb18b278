import { API_VERSION } from '../cluster-generator/object-meta.ts';
import { RESOURCES } from './resources.ts';
import type { ResourceName } from './resources.ts';
import type { ObjectMetadata, Row } from './stored-object.ts';

export interface ObjectView {
  /** Whether to print the spec instead of zeros. */
  readonly full: boolean;
  /** Whether the object comes from a write and not from the database. Its zeros lack optional fields. */
  readonly isWritten?: boolean;
  /** Go encodes the items of a list without kind and apiVersion. */
  readonly typed: boolean;
}

/** Serializes an object in the format of the API. */
export function objectJson(row: Row, { full, typed, isWritten = false }: ObjectView): string {
  const { resource, metadata } = row;
  const stored = zeroSpecJson(resource);
  const zeros = isWritten ? stored.replace(NULL_DESCRIPTOR, '') : stored;
  const spec = full ? row.spec() : zeros;
  return `{${typed ? typeFields(resource) : ''}"metadata":${metadataJson(metadata)},"spec":${spec}${statusField(resource)}}`;
}

/** List item for an object that could not be read: it has neither a name nor a spec. */
export function zeroItemJson(resource: ResourceName): string {
  return `{"metadata":{},"spec":${zeroSpecJson(resource)}${statusField(resource)}}`;
}

/** Optional fields that are null in objects from the database. */
const NULL_DESCRIPTOR = ',"configuration":null,"db":null';

const printed = new WeakMap<ObjectMetadata, string>();

/** Serialized once, so that benchmarks do not measure it. */
function metadataJson(metadata: ObjectMetadata): string {
  const text = printed.get(metadata) ?? JSON.stringify(metadata);
  printed.set(metadata, text);
  return text;
}

function typeFields(resource: ResourceName): string {
  return `"kind":"${RESOURCES[resource].kind}","apiVersion":"${API_VERSION}",`;
}

function zeroSpecJson(resource: ResourceName): string {
  return JSON.stringify(RESOURCES[resource].zeroSpec);
}

function statusField(resource: ResourceName): string {
  return RESOURCES[resource].hasStatus ? ',"status":{}' : '';
}
