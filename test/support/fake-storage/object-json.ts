import { API_VERSION } from '../cluster-generator/object-meta.ts';
import { RESOURCES } from './resources.ts';
import type { ResourceName } from './resources.ts';
import type { ObjectMetadata, Row } from './stored-object.ts';

export interface ObjectView {
  /** The whole spec, or zeros in its place. */
  readonly full: boolean;
  /** Items of a list go without kind and apiVersion, as Go encodes them. */
  readonly typed: boolean;
}

/** Prints one object as the API serves it. */
export function objectJson(row: Row, { full, typed }: ObjectView): string {
  const { resource, metadata } = row;
  const spec = full ? row.spec() : zeroSpecJson(resource);
  return `{${typed ? typeFields(resource) : ''}"metadata":${metadataJson(metadata)},"spec":${spec}${statusField(resource)}}`;
}

/** An item for an object that could not be read: it has no name, and all else is zero. */
export function zeroItemJson(resource: ResourceName): string {
  return `{"metadata":{"creationTimestamp":null},"spec":${zeroSpecJson(resource)}${statusField(resource)}}`;
}

const printed = new WeakMap<ObjectMetadata, string>();

/** Printed once, as it never changes: whoever reads must not wait for it, which no server prints in JavaScript. */
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
