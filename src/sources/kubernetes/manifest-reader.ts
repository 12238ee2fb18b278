import { FormatError } from '../../formats/format-error.ts';
import type { Findings } from '../../formats/grype-document.ts';
import { readScanResult, type ScanResult } from '../../formats/scan-result.ts';
import type { Container } from '../../model/container.ts';
import type { ImageScan } from '../../model/image-scan.ts';
import type { Join } from '../join.ts';
import { type ReadObserver, SourceError } from '../scan-source.ts';
import { describeOddSeverities, type SkipReason } from '../skipped-report.ts';
import { type ApiClient, BodyError } from './api-client.ts';
import type { FindingsCache } from './findings-cache.ts';
import { readJsonBody } from './json-body.ts';
import { kindDown } from './kind-state.ts';
import type { ManifestRef } from './select-targets.ts';
import { storagePath } from './storage-api.ts';

export interface ManifestReaderOptions {
  readonly client: ApiClient;
  readonly cache: FindingsCache;
  readonly observer: ReadObserver;
  /** Where all manifests lie, whatever a summary's reference says. */
  readonly namespace: string;
  readonly maxDocumentBytes: number;
  readonly signal: AbortSignal;
}

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
    const { cache, client, observer, namespace, signal } = this.#options;
    if (cache.isFresh(ref.name, ref.changeKey)) {
      observer.read();
      return true;
    }
    const path = storagePath('vulnerabilitymanifests', namespace, ref.name);
    const result = await client.get({ path, read: async (body) => this.#parse(body) }, signal);
    this.#fetched++;
    if (result.status === 'ok') {
      return this.#take(ref, result.value, type);
    }
    if (result.status === 'absent') {
      this.#skip(ref, 'vanished', 'deleted after it was listed, or not readable any more');
      return false;
    }
    if (result.status === 'forbidden') {
      throw new SourceError(kindDown('vulnerabilitymanifests', result).message);
    }
    if (client.hasGivenUp) throw new SourceError(`reading stopped: ${result.message}`);
    this.#skip(ref, result.reason ?? 'unreadable', result.message);
    return cache.has(ref.name);
  }

  async #parse(body: Parameters<typeof readJsonBody>[0]): Promise<ScanResult> {
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
    if (oddSeverities > 0) this.#skip(ref, 'odd_severity', describeOddSeverities(oddSeverities));
    this.#options.cache.set(ref.name, ref.changeKey, {
      findings,
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

function findingsOf(
  result: ScanResult,
): (Findings & { readonly databaseBuiltAtSeconds?: number | undefined }) | undefined {
  if (result.type === 'image') return result.manifest;
  return result.type === 'relevant-findings' ? result.read() : undefined;
}
