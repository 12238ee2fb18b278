import type { ApiRequest } from '../fake-storage/api-request.ts';
import type { ResourceName } from '../fake-storage/resources.ts';
import type { Row, StorageObject } from '../fake-storage/stored-object.ts';
import { MANIFESTS, POSTURES, SUMMARIES } from '../kubernetes/lab.ts';
import { LocalStorage } from './local-storage.ts';

type Known = Map<string, StorageObject>;

/**
 * Models an agent's knowledge of a cluster: every readable object, and of a damaged one its content when the
 * agent last read it.
 */
export class ClusterModel {
  readonly #storage: LocalStorage;
  readonly #lists: Record<typeof SUMMARIES | typeof POSTURES, Known>;
  #manifests: Known = new Map();

  constructor(storage: LocalStorage) {
    this.#storage = storage;
    this.#lists = { [SUMMARIES]: new Map(), [POSTURES]: new Map() };
    storage.onAnswer = (request) => this.#observe(request);
  }

  /** A new process knows nothing of the last one. */
  forget(): void {
    this.#lists[SUMMARIES].clear();
    this.#lists[POSTURES].clear();
    this.#manifests.clear();
  }

  /** An agent keeps only the findings of images in use. */
  forgetUnusedManifests(): void {
    const used = new Set(
      Array.from(this.#lists[SUMMARIES].values(), (object) => manifestOf(object)),
    );
    this.#manifests = new Map([...this.#manifests].filter(([name]) => used.has(name)));
  }

  /** Whether an object is damaged but still listed, and the agent has read it before. */
  hasLastValue(resource: ResourceName, name: string): boolean {
    const row = this.#storage.store.rows(resource).find((one) => one.name === name);
    const known = resource === MANIFESTS ? this.#manifests : this.#listOf(resource);
    return row?.damage !== undefined && known.has(name);
  }

  /** A storage with the same objects, in which those that the agent has read are readable. */
  toReadable(): LocalStorage {
    const copy = new LocalStorage();
    for (const kind of [SUMMARIES, POSTURES] as const) {
      for (const object of this.#view(kind).values()) copy.store.load(object, kind);
    }
    for (const row of this.#storage.store.rows(MANIFESTS)) {
      const known = row.damage === undefined ? toObject(row) : this.#manifests.get(row.name);
      copy.store.load(known ?? toObject(row), MANIFESTS);
      if (known === undefined) copy.store.corrupt(row, 'forever');
    }
    return copy;
  }

  #observe({ verb, resource, query, name = '' }: ApiRequest): void {
    if (verb === 'get' && resource === MANIFESTS) {
      const row = this.#storage.store.rows(MANIFESTS).find((one) => one.name === name);
      if (row !== undefined) this.#manifests.set(name, toObject(row));
    }
    if (verb !== 'list' || query['resourceVersion'] !== 'fullSpec') return;
    if (resource === SUMMARIES || resource === POSTURES) {
      this.#lists[resource] = this.#view(resource);
    }
  }

  /** An unreadable summary that was never read is known by its metadata. */
  #view(kind: typeof SUMMARIES | typeof POSTURES): Known {
    const view: Known = new Map();
    for (const row of this.#storage.store.rows(kind)) {
      const fallback = kind === SUMMARIES ? toObject(row) : undefined;
      const last = this.#lists[kind].get(row.name) ?? fallback;
      const object = row.damage === undefined ? toObject(row) : last;
      if (object !== undefined) view.set(row.name, object);
    }
    return view;
  }

  #listOf(resource: ResourceName): Known {
    return resource === POSTURES ? this.#lists[POSTURES] : this.#lists[SUMMARIES];
  }
}

function toObject({ metadata, spec }: Row): StorageObject {
  return { metadata, spec: JSON.parse(spec()) };
}

function manifestOf({ spec }: StorageObject): string {
  return /"all":\{"namespace":"[^"]*","name":"([^"]*)"/.exec(JSON.stringify(spec))?.[1] ?? '';
}
