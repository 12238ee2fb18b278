import { FormatError } from '../../formats/format-error.ts';
import type { Findings } from '../../formats/grype-document.ts';
import { readScanResult, type ScanResult } from '../../formats/scan-result.ts';
import { type ApiClient, type Body, BodyError } from '../../kubernetes/api-client.ts';
import { readJsonBody } from '../../kubernetes/json-body.ts';
import type { Container } from '../../model/container.ts';
import type { ImageScan } from '../../model/image-scan.ts';
import type { Join } from '../join.ts';
import { type ReadObserver, SourceError } from '../scan-source.ts';
import { describeOddSeverities, type SkipReason } from '../skipped-report.ts';
import type { FindingsCache } from './findings-cache.ts';
import { kindDown } from './kind-state.ts';
import type { ManifestRef } from './select-targets.ts';
import { METADATA_ONLY, storagePath } from './storage-api.ts';

export interface ManifestReaderOptions {
  readonly client: ApiClient;
  readonly cache: FindingsCache;
  readonly observer: ReadObserver;
  /** Where all manifests lie, whatever a summary's reference says. */
  readonly namespace: string;
  readonly maxDocumentBytes: number;
  readonly signal: AbortSignal;
}

/** Of one manifest, until the next one is read: about 7 seconds of pauses. */
const MAX_FAILURES = 4;

/** What a manifest is expected to hold: all findings of an image, or those that one container loaded. */
type ManifestType = 'image' | 'relevant-findings';

type Target = Join<ManifestRef>['targets'][number];

/** Gets manifests one by one, and only those that changed since they were read last. */
export class ManifestReader {
  readonly #options: ManifestReaderOptions;
  #fetched = 0;
  #bytes = 0;

  constructor(options: ManifestReaderOptions) {
    this.#options = options;
  }

  /** Manifests that were really read from the server. */
  get fetched(): number {
    return this.#fetched;
  }

  /** Bytes of manifests that were read. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The findings of one manifest. `undefined` if they cannot be known; the observer was told why.
   * Where the manifest is there but cannot be read now, the last known findings stand in.
   *
   * @throws {SourceError} The server has failed for too long, or lets nobody read manifests.
   */
  async read({ target, ref, relevant }: Target): Promise<ImageScan | undefined> {
    if (!(await this.#load(ref, 'image'))) return undefined;
    const known = new Map<Container, string>();
    for (const container of target.containers) {
      const filtered = relevant.get(container);
      if (filtered === undefined) continue;
      if (await this.#load(filtered, 'relevant-findings')) known.set(container, filtered.name);
    }
    return this.#options.cache.get(ref.name, target, known);
  }

  /** Whether the cache has the findings of the manifest, be they the last known ones. */
  async #load(ref: ManifestRef, type: ManifestType): Promise<boolean> {
    const { cache, observer } = this.#options;
    const isFresh = cache.isFresh(ref.name, ref.changeKey);
    if (isFresh) observer.read();
    else if (!(await this.#fetch(ref, type))) return false;
    // Also of those that were not read anew, so that each run says the same of the same cluster.
    const odd = cache.oddSeverities(ref.name);
    if (odd > 0) this.#skip(ref, 'odd_severity', describeOddSeverities(odd));
    return true;
  }

  async #fetch(ref: ManifestRef, type: ManifestType): Promise<boolean> {
    const { cache, client, signal } = this.#options;
    // Something else was given up: that is a reason to ask whether the server is there, and no more.
    if (client.hasGivenUp) await this.#expectServer('the server had failed for too long before');
    const path = this.#pathOf(ref);
    const read = async (body: Body) => this.#parse(body);
    const result = await client.get({ path, read, maxFailures: MAX_FAILURES }, signal);
    this.#fetched++;
    if (result.status === 'ok') return this.#take(ref, result.value, type);
    if (result.status === 'forbidden') {
      throw new SourceError(kindDown('vulnerabilitymanifests', result).message);
    }
    if (result.status === 'absent') {
      if (await this.#hasVanished(ref)) return false;
    } else {
      if (result.open === 'busy') throw new SourceError(`reading stopped: ${result.message}`);
      if (result.open === 'failing') await this.#expectServer(result.message);
      this.#skip(ref, result.reason ?? 'unreadable', result.message);
    }
    return cache.has(ref.name);
  }

  /** Whether the manifest was deleted. The server answers 404 too where it cannot read the file. */
  async #hasVanished(ref: ManifestRef): Promise<boolean> {
    const { client, signal } = this.#options;
    const path = this.#pathOf(ref);
    const result = await client.get({ path, query: METADATA_ONLY, read: ignore }, signal);
    if (result.status === 'absent') {
      this.#skip(ref, 'vanished', 'deleted after it was listed');
      return true;
    }
    if (result.status === 'failed') await this.#expectServer(result.message);
    this.#skip(ref, 'unreadable', 'the server has it, and cannot read its findings');
    return false;
  }

  /**
   * One manifest that cannot be had is left out; a server that is gone is another thing. The list
   * waits in no queue and reads no file.
   *
   * @throws {SourceError} It does not answer that either.
   */
  async #expectServer(trouble: string): Promise<void> {
    const { client, namespace, signal } = this.#options;
    const path = storagePath('vulnerabilitymanifests', namespace);
    const query = { ...METADATA_ONLY, limit: '1' };
    const result = await client.get({ path, query, read: ignore }, signal);
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

  /** Puts it into the cache: what it has in common with others is one object then. */
  #take(ref: ManifestRef, result: ScanResult, type: ManifestType): boolean {
    const scan = result.type === type ? findingsOf(result) : undefined;
    if (scan === undefined) {
      this.#skip(ref, 'stub', 'it holds no findings, and does not say that there are none');
      return false;
    }
    const { findings, databaseBuiltAtSeconds, oddSeverities } = scan;
    this.#options.cache.set(ref.name, ref.changeKey, {
      findings,
      oddSeverities,
      ...(databaseBuiltAtSeconds !== undefined && { databaseBuiltAtSeconds }),
    });
    this.#options.observer.read();
    return true;
  }

  #skip({ name }: ManifestRef, reason: SkipReason, message: string): void {
    const where = `vulnerabilitymanifests ${this.#options.namespace}/${name}`;
    this.#options.observer.skipped({ reason, where, message });
  }
}

/** What counts is that there is an answer. */
async function ignore(body: Body): Promise<void> {
  for await (const _ of body);
}

function findingsOf(
  result: ScanResult,
): (Findings & { readonly databaseBuiltAtSeconds?: number | undefined }) | undefined {
  if (result.type === 'image') return result.manifest;
  return result.type === 'relevant-findings' ? result.read() : undefined;
}
