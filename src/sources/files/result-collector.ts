import { FormatError } from '../../formats/format-error.ts';
import { readListPage } from '../../formats/list-page.ts';
import {
  identify,
  readScanResult,
  type RelevantFindings,
  type ScanResult,
} from '../../formats/scan-result.ts';
import type { ContainerSummary } from '../../formats/vulnerability-manifest-summary.ts';
import type { ImageManifest } from '../../formats/vulnerability-manifest.ts';
import type { PostureReport } from '../../formats/workload-configuration-scan-summary.ts';
import type { ImageScan } from '../../model/image-scan.ts';
import type { PostureScan } from '../../model/posture-scan.ts';
import type { ResultGap } from '../../model/result-gap.ts';
import { FindingStore } from '../finding-store.ts';
import type { JoinableManifest, JoinedTarget, JoinInput } from '../join.ts';
import { PostureStore } from '../posture-store.ts';
import type { ReadObserver } from '../scan-source.ts';
import { describeUnknownSeverities, type SkipReason } from '../skipped-report.ts';
import { type StoredFacts, StoredScan } from '../stored-scan.ts';
import { ListPages } from './list-pages.ts';
import { MetadataOnlyObjects } from './metadata-only.ts';
import type { ResultCount } from './shrunken-results.ts';

export type StoredImage = StoredFacts;

type SingleResult = Exclude<ScanResult, { type: 'list' | 'metadata-only' }>;

/** Sorts parsed documents by kind and keeps only what a cycle needs. */
export class ResultCollector {
  readonly #observer: ReadObserver;
  readonly #store = new FindingStore();
  readonly #manifests = new Map<string, JoinableManifest<StoredImage>>();
  /** Image IDs of manifests with a name. A CLI document about the same image adds nothing. */
  readonly #namedIds = new Set<string>();
  readonly #summaries = new Map<string, ContainerSummary>();
  readonly #unscanned = new Map<string, ContainerSummary>();
  readonly #postures = new PostureStore();
  /** Relevant findings by manifest name. Absent if not requested. */
  readonly #relevant: Map<string, StoredImage> | undefined;
  readonly #pages = new ListPages();
  readonly #metadataOnly = new MetadataOnlyObjects();

  constructor(observer: ReadObserver, { needsRelevance = false } = {}) {
    this.#observer = observer;
    this.#relevant = needsRelevance ? new Map() : undefined;
  }

  /**
   * @param where Path and line, for messages.
   * @param isItem Whether it belongs to the list that follows without its items.
   */
  take(document: unknown, where: string, isItem = false): void {
    const identity = identify(document);
    if (isItem && identity !== undefined) this.#pages.add(identity);
    try {
      const result = readScanResult(document);
      if (result.type === 'list') {
        for (const item of result.items) this.take(item, where, true);
        this.#pages.endList(readListPage(document));
      } else if (result.type === 'metadata-only') {
        this.#metadataOnly.add(identity, { kind: result.kind, where });
      } else {
        if (identity !== undefined) this.#metadataOnly.noteComplete(identity);
        this.#sort(result, where);
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#observer.skipped({ reason: 'invalid_shape', where, message: error.message });
    }
  }

  /** Reports what is missing. Must be called once, after the last document. */
  finish(): readonly ResultGap[] {
    for (const { kind, where } of this.#metadataOnly.missing()) {
      this.#skip('metadata_only', where, describeMetadataOnly(kind));
    }
    return this.#pages.gaps();
  }

  results(): JoinInput<StoredImage> {
    return {
      manifests: [...this.#manifests.values()],
      summaries: [...this.#summaries.values()],
      unscanned: [...this.#unscanned.values()],
      relevant: this.#relevant,
      postureClusters: this.#postures.clusters,
    };
  }

  /** Numbers of results by type, to notice when a folder has lost some. */
  counts(): readonly ResultCount[] {
    const summaries = this.#summaries.size + this.#unscanned.size;
    return [
      { what: 'image results', group: 'vulnerabilities', count: this.#manifests.size },
      { what: 'container summaries', group: 'vulnerabilities', count: summaries },
      { what: 'configuration scans', group: 'postures', count: this.#postures.size },
    ];
  }

  get isEmpty(): boolean {
    return this.#manifests.size === 0 && this.#postures.size === 0;
  }

  postures(): Iterable<PostureScan> {
    return this.#postures.scans();
  }

  load({ target, ref, relevant }: JoinedTarget<StoredImage>): ImageScan {
    const relevance = new Map(
      Array.from(relevant, ([container, { findings }]) => [container, findings]),
    );
    return new StoredScan(target, this.#store, { ...ref, relevance });
  }

  #sort(result: SingleResult, where: string): void {
    switch (result.type) {
      case 'image':
        return this.#takeManifest(result.manifest, where);
      case 'container':
        return this.#takeSummary(result.summary, where);
      case 'unscanned':
        return this.#takeUnscanned(result.summary, where);
      case 'relevant-findings':
        return this.#takeRelevant(result, where);
      case 'posture':
        return this.#takePosture(result.report, where);
      case 'unknown':
        return this.#skip('unknown_kind', where, `${result.kind} is not a scan result`);
      default:
        return result satisfies never;
    }
  }

  #takeManifest(manifest: ImageManifest, where: string): void {
    const { name, image, unknownSeverities } = manifest;
    if (unknownSeverities > 0)
      this.#skip('unknown_severity', where, describeUnknownSeverities(unknownSeverities));
    // CLI documents have no name, and without a digest they cannot be matched.
    const key = name || image.id || `${where} ${this.#manifests.size}`;
    if (name === '' && this.#namedIds.has(image.id)) return this.#noteDuplicate(true, where);
    if (name !== '' && image.id !== '') {
      this.#noteDuplicate(this.#manifests.delete(image.id), where);
      this.#namedIds.add(image.id);
    }
    this.#noteDuplicate(this.#manifests.has(key), where);
    this.#manifests.set(key, {
      name,
      image,
      ref: {
        findings: this.#store.add(manifest.findings),
        databaseBuiltAtSeconds: manifest.databaseBuiltAtSeconds,
      },
    });
    this.#observer.read();
  }

  /** They never count as images. The manifest of the image has all its findings. */
  #takeRelevant({ name, read }: RelevantFindings, where: string): void {
    this.#observer.read();
    if (this.#relevant === undefined) return;
    this.#noteDuplicate(this.#relevant.has(name), where);
    const { findings } = read();
    const stored = { findings: this.#store.add(findings), databaseBuiltAtSeconds: undefined };
    this.#relevant.set(name, stored);
  }

  #takeSummary(summary: ContainerSummary, where: string): void {
    this.#noteDuplicate(this.#forget(summary), where);
    this.#summaries.set(summary.key, summary);
    this.#observer.read();
  }

  #takeUnscanned(summary: ContainerSummary, where: string): void {
    this.#noteDuplicate(this.#forget(summary), where);
    this.#unscanned.set(summary.key, summary);
    this.#skip('unscanned', where, describeUnscanned(summary));
  }

  /** The latest summary decides whether a container was scanned. */
  #forget({ key }: ContainerSummary): boolean {
    const wasScanned = this.#summaries.delete(key);
    return this.#unscanned.delete(key) || wasScanned;
  }

  #takePosture(report: PostureReport, where: string): void {
    this.#noteDuplicate(this.#postures.add(report), where);
    this.#observer.read();
  }

  /** A list returns an object again if it changes meanwhile, so the last one is newer. */
  #noteDuplicate(isDuplicate: boolean, where: string): void {
    if (isDuplicate) this.#skip('duplicate', where, 'found twice; the later one is used');
  }

  #skip(reason: SkipReason, where: string, message: string): void {
    this.#observer.skipped({ reason, where, message });
  }
}

function describeUnscanned({ key, container }: ContainerSummary): string {
  return `Kubescape could not scan ${key}: its status is ${container.scanStatus}`;
}

function describeMetadataOnly(kind: string): string {
  return `${kind} contains only metadata; list it with resourceVersion=fullSpec`;
}
