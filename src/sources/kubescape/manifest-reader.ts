import { FormatError } from '../../formats/format-error.ts';
import type { Findings } from '../../formats/grype-document.ts';
import { readScanResult, type ScanResult } from '../../formats/scan-result.ts';
import { type ApiClient, type Body, BodyError } from '../../kubernetes/api-client.ts';
import { readJsonBody } from '../../kubernetes/json-body.ts';
import type { Container } from '../../model/container.ts';
import type { ImageScan } from '../../model/image-scan.ts';
import type { Join } from '../join.ts';
import { type ReadObserver, SourceError } from '../scan-source.ts';
import { describeUnknownSeverities, type SkipReason } from '../skipped-report.ts';
import type { FindingsCache } from './findings-cache.ts';
import { kindDown } from './kind-state.ts';
import type { ManifestRef } from './select-targets.ts';
import { METADATA_ONLY, storagePath } from './storage-api.ts';

export interface ManifestReaderOptions {
  readonly client: ApiClient;
  readonly cache: FindingsCache;
  readonly observer: ReadObserver;
  /** Contains all manifests, whatever namespace a summary references. */
  readonly namespace: string;
  readonly maxDocumentBytes: number;
  /** Whether nothing is known about earlier runs. */
  readonly isFirst: boolean;
  readonly signal: AbortSignal;
}

const limits = {
  /** Allows about 7 seconds of pauses. */
  maxFailures: 4,
  /** Allows one retry. An internal error means a damaged file, which the server never repairs. */
  maxInternalErrors: 2,
} as const;

/** Expected content: all findings of an image, or those in packages that one container loaded at run time. */
type ManifestType = 'image' | 'relevant-findings';

type Target = Join<ManifestRef>['targets'][number];

/** Reads manifests that changed since the last run, and takes the others from the cache. */
export class ManifestReader {
  readonly #options: ManifestReaderOptions;
  readonly #loads = new Map<ManifestRef, Promise<boolean>>();
  #fetched = 0;
  #bytes = 0;

  constructor(options: ManifestReaderOptions) {
    this.#options = options;
  }

  /** Number of manifests requested from the server. */
  get fetched(): number {
    return this.#fetched;
  }

  /** Bytes of manifests received. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Returns the findings of one image, or the last known ones if the manifest exists but cannot be
   * read now. Returns `undefined` if there are none, after reporting the reason to the observer.
   *
   * @throws {SourceError} The server is down, or reading manifests is forbidden.
   */
  async read({ target, ref, relevant }: Target): Promise<ImageScan | undefined> {
    if (!(await this.#load(ref, 'image'))) return undefined;
    const loaded = new Map<Container, string>();
    for (const container of target.containers) {
      const filtered = relevant.get(container);
      if (filtered === undefined) continue;
      if (await this.#load(filtered, 'relevant-findings')) loaded.set(container, filtered.name);
    }
    return this.#options.cache.get(ref.name, target, loaded);
  }

  /** Reads each manifest once, even if its image has several names. */
  async #load(ref: ManifestRef, type: ManifestType): Promise<boolean> {
    const load = this.#loads.get(ref) ?? this.#loadNow(ref, type);
    this.#loads.set(ref, load);
    return load;
  }

  /** Returns whether the cache has findings of the manifest, current or not. */
  async #loadNow(ref: ManifestRef, type: ManifestType): Promise<boolean> {
    const { cache, observer } = this.#options;
    const isFresh = cache.isFresh(ref.name, ref.changeKey);
    if (isFresh) observer.read();
    else if (!(await this.#fetch(ref, type))) return false;
    // Also for cached findings, so that every run reports the same for the same cluster.
    const unknown = cache.unknownSeverities(ref.name);
    if (unknown > 0) this.#skip(ref, 'unknown_severity', describeUnknownSeverities(unknown));
    return true;
  }

  async #fetch(ref: ManifestRef, type: ManifestType): Promise<boolean> {
    const { cache, client, signal } = this.#options;
    if (client.hasGivenUp) await this.#expectServer('the server has been failing for too long');
    const path = this.#pathOf(ref);
    const read = async (body: Body) => this.#parse(body);
    const result = await client.get({ path, read, ...limits }, signal);
    this.#fetched++;
    if (result.status === 'ok') return this.#store(ref, result.value, type);
    if (result.status === 'forbidden') {
      throw new SourceError(kindDown('vulnerabilitymanifests', result).message);
    }
    if (result.status === 'absent') {
      if (await this.#isDeleted(ref)) return false;
    } else {
      if (result.open === 'busy') throw new SourceError(`reading stopped: ${result.message}`);
      if (result.open === 'failing') await this.#expectServer(result.message);
      this.#skip(ref, result.reason ?? 'unreadable', result.message);
    }
    return cache.has(ref.name);
  }

  /** Distinguishes a deleted manifest from one whose file the server cannot read. Both are a 404. */
  async #isDeleted(ref: ManifestRef): Promise<boolean> {
    const { client, signal } = this.#options;
    const path = this.#pathOf(ref);
    const result = await client.get({ path, query: METADATA_ONLY, read: discard }, signal);
    if (result.status === 'absent') {
      this.#skip(ref, 'deleted', 'deleted after it was listed');
      return true;
    }
    if (result.status === 'failed') await this.#expectServer(result.message);
    this.#skip(ref, 'unreadable', 'the server has the object but cannot read its findings');
    return false;
  }

  /**
   * Distinguishes one unreadable manifest, which is skipped, from a server that is down. Requests a
   * metadata list, because the server answers it without its queue and without reading a file.
   *
   * @throws {SourceError} The server does not answer this request either.
   */
  async #expectServer(trouble: string): Promise<void> {
    const { client, namespace, signal } = this.#options;
    const path = storagePath('vulnerabilitymanifests', namespace);
    const query = { ...METADATA_ONLY, limit: '1' };
    const result = await client.get({ path, query, read: discard }, signal);
    if (result.status === 'failed') throw new SourceError(`reading stopped: ${trouble}`);
  }

  #pathOf({ name }: ManifestRef): string {
    return storagePath('vulnerabilitymanifests', this.#options.namespace, name);
  }

  async #parse(body: Body): Promise<ScanResult> {
    const { value: document, bytes } = await readJsonBody(body, this.#options.maxDocumentBytes);
    this.#bytes += bytes;
    try {
      return readScanResult(document);
    } catch (error) {
      if (error instanceof FormatError) throw new BodyError('invalid_shape', error.message);
      throw error;
    }
  }

  #store(ref: ManifestRef, result: ScanResult, type: ManifestType): boolean {
    const scan = result.type === type ? findingsOf(result) : undefined;
    if (scan === undefined) {
      this.#skip(
        ref,
        'stub',
        'the manifest has no findings and does not state that there are none',
      );
      return false;
    }
    const { findings, databaseBuiltAtSeconds, unknownSeverities } = scan;
    this.#options.cache.set(ref.name, ref.changeKey, {
      findings,
      unknownSeverities,
      ...(databaseBuiltAtSeconds !== undefined && { databaseBuiltAtSeconds }),
    });
    this.#options.observer.read();
    return true;
  }

  #skip({ name }: ManifestRef, reason: SkipReason, message: string): void {
    const where = `vulnerabilitymanifests ${this.#options.namespace}/${name}`;
    const { cache, isFirst, observer } = this.#options;
    // Findings that no run has read have no series that could go missing.
    const isCovered = cache.has(name) || !isFirst;
    observer.skipped({ reason, where, message, isCovered });
  }
}

async function discard(body: Body): Promise<void> {
  for await (const _ of body);
}

function findingsOf(
  result: ScanResult,
): (Findings & { readonly databaseBuiltAtSeconds?: number | undefined }) | undefined {
  if (result.type === 'image') return result.manifest;
  return result.type === 'relevant-findings' ? result.read() : undefined;
}
