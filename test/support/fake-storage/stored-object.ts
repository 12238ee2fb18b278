import type { ResourceName } from './resources.ts';

/** Metadata of an object to store. The server fills in missing fields. */
export interface ObjectMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Any object of the storage API. */
export interface StorageObject {
  readonly kind?: string | undefined;
  readonly metadata: ObjectMetadata;
  readonly spec?: unknown;
}

/** `cut`: too short, so a GET deletes the object. `forever`: every request for the object fails. */
export type Damage = 'cut' | 'forever';

export interface ObjectKey {
  readonly resource: ResourceName;
  readonly namespace: string;
  readonly name: string;
}

/** An object in the database. */
export interface Row extends ObjectKey {
  /** Row number over all resources, in the order of writing. Continue tokens contain it. */
  readonly rowId: number;
  readonly metadata: ObjectMetadata;
  /** JSON of the spec, generated on each read. */
  readonly spec: () => string;
  /** Hash of the content, computed on demand. */
  readonly contentHash: () => string;
  /** How the payload is broken, while the metadata is readable. */
  readonly damage: Damage | undefined;
}
