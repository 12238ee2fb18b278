import { randomUUID } from 'node:crypto';

import type { ResourceName } from './resources.ts';
import type { ObjectMetadata, Row } from './stored-object.ts';

/** Completes an object like the server on creation. */
export function newRow(
  resource: ResourceName,
  given: ObjectMetadata,
  content: Pick<Row, 'spec' | 'contentHash'>,
): Omit<Row, 'rowId'> {
  const { name, namespace } = given;
  const metadata = {
    ...given,
    uid: given.uid ?? randomUUID(),
    resourceVersion: given.resourceVersion ?? '1',
    creationTimestamp: given.creationTimestamp ?? wholeSecondsNow(),
    labels: given.labels ?? {},
    annotations: given.annotations ?? {},
  };
  return { resource, namespace, name, metadata, damage: undefined, ...content };
}

function wholeSecondsNow(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
