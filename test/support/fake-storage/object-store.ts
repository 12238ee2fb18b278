import { EventEmitter } from 'node:events';

import { contentHash, withChecksum } from './content-hash.ts';
import { RESOURCE_NAMES, RESOURCES, resourceOfKind } from './resources.ts';
import type { ResourceName } from './resources.ts';
import { newRow } from './row.ts';
import type { Damage, ObjectKey, ObjectMetadata, Row, StorageObject } from './stored-object.ts';

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly row: Row;
}

export type WriteResult = 'added' | 'modified' | 'unchanged' | 'damaged';

export interface PageQuery {
  readonly resource: ResourceName;
  readonly namespace?: string | undefined;
  /** Returns rows written after this one. */
  readonly after: number;
  readonly limit: number;
}

/** Objects in the order of their last write, which is the order of lists. */
export class ObjectStore {
  readonly #tables: ReadonlyMap<ResourceName, Map<string, Row>> = new Map(
    RESOURCE_NAMES.map((resource) => [resource, new Map()]),
  );
  readonly #events = new EventEmitter<{ change: [StoreEvent] }>();
  readonly #checksums: boolean;
  #lastRowId = 0;

  constructor({ checksums = true }: { readonly checksums?: boolean | undefined } = {}) {
    this.#checksums = checksums;
  }

  /**
   * Creates or updates an object and sends an event. Writing an equal object does neither, and
   * neither does writing one that is damaged forever.
   */
  put(object: StorageObject, resource = resourceOf(object)): WriteResult {
    const { spec, hash } = contentOf(object, resource);
    const before = this.find({ resource, ...object.metadata });
    if (before?.damage === 'forever') return 'damaged';
    if (before !== undefined && before.contentHash() === hash) return 'unchanged';

    const metadata = before === undefined ? created(object) : modified(object, before);
    const row = this.#writeHashed(resource, metadata, { spec, hash });
    this.#events.emit('change', { type: before === undefined ? 'ADDED' : 'MODIFIED', row });
    return before === undefined ? 'added' : 'modified';
  }

  /** Fills the store without events. Resource versions are kept. */
  load(object: StorageObject, resource = resourceOf(object)): void {
    this.#writeHashed(resource, object.metadata, contentOf(object, resource));
  }

  /** Fills the store with an object whose spec is generated on each read. */
  loadLazily(object: StorageObject, resource: ResourceName, spec: () => string): void {
    const { metadata } = object;
    this.#write(
      newRow(resource, metadata, { spec, contentHash: () => contentHash(metadata, spec()) }),
    );
  }

  /** Changes the spec or metadata of an object. */
  update(key: ObjectKey, change: (object: StorageObject) => StorageObject): void {
    const row = this.find(key);
    if (row === undefined) throw new RangeError(`no ${keyText(key)} to update`);
    const spec: unknown = JSON.parse(row.spec());
    this.put(change({ metadata: row.metadata, spec }), key.resource);
  }

  /** Returns false if there is no such object, or if it is damaged forever. */
  delete(key: ObjectKey): boolean {
    if (this.find(key)?.damage === 'forever') return false;
    const row = this.remove(key);
    if (row !== undefined) this.#events.emit('change', { type: 'DELETED', row });
    return row !== undefined;
  }

  /** Replaces all objects of a resource. */
  replace(resource: ResourceName, objects: Iterable<StorageObject>): void {
    const kept = new Set<string>();
    for (const object of objects) {
      this.put(object, resource);
      kept.add(rowKey(object.metadata));
    }
    for (const row of this.rows(resource)) {
      if (!kept.has(rowKey(row))) this.delete(row);
    }
  }

  /** Breaks an object's payload without an event. Lists with specs then contain it without a name. */
  corrupt(key: ObjectKey, damage: Damage = 'cut'): void {
    const row = this.find(key);
    if (row === undefined) throw new RangeError(`no ${keyText(key)} to corrupt`);
    this.#table(key.resource).set(rowKey(row), { ...row, damage });
  }

  /** Removes an object without an event. */
  remove(key: ObjectKey): Row | undefined {
    const row = this.find(key);
    if (row !== undefined) this.#table(key.resource).delete(rowKey(row));
    return row;
  }

  find(key: ObjectKey): Row | undefined {
    return this.#table(key.resource).get(rowKey(key));
  }

  rows(resource: ResourceName): readonly Row[] {
    return [...this.#table(resource).values()];
  }

  count(resource: ResourceName): number {
    return this.#table(resource).size;
  }

  page({ resource, namespace, after, limit }: PageQuery): readonly Row[] {
    const page: Row[] = [];
    for (const row of this.#table(resource).values()) {
      if (page.length >= limit) break;
      if (row.rowId > after && (namespace === undefined || row.namespace === namespace)) {
        page.push(row);
      }
    }
    return page;
  }

  /** Returns a function that ends the watch. */
  onChange(listener: (event: StoreEvent) => void): () => void {
    this.#events.on('change', listener);
    return () => this.#events.off('change', listener);
  }

  #writeHashed(resource: ResourceName, given: ObjectMetadata, { spec, hash }: Content): Row {
    const metadata = this.#checksums ? withChecksum(given, hash) : given;
    return this.#write(newRow(resource, metadata, { spec: () => spec, contentHash: () => hash }));
  }

  /** A written row becomes the last one, because the database inserts instead of updating. */
  #write(content: Omit<Row, 'rowId'>): Row {
    const row = { ...content, rowId: ++this.#lastRowId };
    const table = this.#table(row.resource);
    table.delete(rowKey(row));
    table.set(rowKey(row), row);
    return row;
  }

  #table(resource: ResourceName): Map<string, Row> {
    const table = this.#tables.get(resource);
    if (table === undefined) throw new RangeError(`no resource ${resource}`);
    return table;
  }
}

interface Content {
  /** The object in JSON. */
  readonly spec: string;
  readonly hash: string;
}

function contentOf(object: StorageObject, resource: ResourceName): Content {
  const spec = JSON.stringify(object.spec ?? RESOURCES[resource].zeroSpec);
  return { spec, hash: contentHash(object.metadata, spec) };
}

function created({ metadata }: StorageObject): ObjectMetadata {
  return { ...metadata, resourceVersion: '1' };
}

function modified({ metadata }: StorageObject, before: Row): ObjectMetadata {
  const { uid, creationTimestamp, resourceVersion } = before.metadata;
  return {
    ...metadata,
    uid,
    creationTimestamp,
    resourceVersion: String(Number(resourceVersion) + 1),
  };
}

function resourceOf({ kind = '' }: StorageObject): ResourceName {
  return resourceOfKind(kind);
}

function rowKey({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): string {
  return `${namespace}/${name}`;
}

function keyText({ resource, namespace, name }: ObjectKey): string {
  return `${resource} ${namespace}/${name}`;
}
