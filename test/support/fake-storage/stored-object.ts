import type { ResourceName } from './resources.ts';

/** Of an object to be stored: what is left out is made up as the server does. */
export interface ObjectMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Any object of the storage API. What is in a spec is not the store's business. */
export interface StorageObject {
  readonly kind?: string | undefined;
  readonly metadata: ObjectMetadata;
  readonly spec?: unknown;
}

export interface ObjectKey {
  readonly resource: ResourceName;
  readonly namespace: string;
  readonly name: string;
}

/** One object as the database holds it. */
export interface Row extends ObjectKey {
  /** Place in the order of writing, over all resources; a page ends at one. */
  readonly rowId: number;
  readonly metadata: ObjectMetadata;
  /** JSON of the spec, made when it is read. */
  readonly spec: () => string;
  /** Hash of all that a change can change, known once it was needed. */
  readonly contentHash: () => string;
  /** Its payload cannot be read any more, though its metadata can. */
  readonly corrupted: boolean;
}
