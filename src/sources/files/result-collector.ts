import { FormatError } from '../../formats/format-error.ts';
import { type ListPage, readListPage } from '../../formats/list-page.ts';
import {
  identify,
  readScanResult,
  type RelevantFindings,
  type ScanResult,
} from '../../formats/scan-result.ts';
import type { ContainerSummary } from '../../formats/vulnerability-manifest-summary.ts';
import type { ImageManifest } from '../../formats/vulnerability-manifest.ts';
import type { PostureReport } from '../../formats/workload-configuration-scan-summary.ts';
import type { FrameworkScore } from '../../model/framework-score.ts';
import type { ImageScan } from '../../model/image-scan.ts';
import type { PostureScan } from '../../model/posture-scan.ts';
import { quote } from '../../model/printable.ts';
import { compareAges, type ResultAge } from '../../model/result-age.ts';
import type { ResultGap } from '../../model/result-gap.ts';
import { CliPostures, type CliRun } from '../cli-postures.ts';
import { FindingStore, hashFindings } from '../finding-store.ts';
import type { ImageResult } from '../image-result.ts';
import { type Join, type JoinInput, joinScans } from '../join.ts';
import type { JoinedTarget } from '../joined-target.ts';
import { PostureStore } from '../posture-store.ts';
import type { ReadObserver } from '../scan-source.ts';
import {
  describeUnknownSeverities,
  OLDER_THAN_SUMMARY,
  type SkipReason,
  WITHOUT_CONTROLS,
} from '../skipped-report.ts';
import { type StoredFacts, StoredScan } from '../stored-scan.ts';
import { type CheckedExports, missingManifest } from './check-exports.ts';
import { ContainerSummaries } from './container-summaries.ts';
import { countedImagesOf, hasFindings } from './counted-images.ts';
import { ListPages } from './list-pages.ts';
import { MetadataOnlyObjects } from './metadata-only.ts';
import type { ResultCount } from './shrunken-results.ts';

export type StoredImage = StoredFacts;

interface DatedFindings extends StoredImage {
  readonly age: ResultAge;
}

type SingleResult = Exclude<ScanResult, { type: 'list' | 'metadata-only' }>;

/** Sorts parsed documents by kind and keeps only what a cycle needs. */
export class ResultCollector {
  readonly #observer: ReadObserver;
  readonly #store = new FindingStore();
  readonly #images: ImageResult<StoredImage>[] = [];
  readonly #summaries = new ContainerSummaries();
  readonly #postures = new PostureStore();
  readonly #cli = new CliPostures();
  /** Relevant findings by manifest name. Absent if not requested. */
  readonly #relevant: Map<string, DatedFindings> | undefined;
  readonly #pages = new ListPages();
  readonly #exportIds = new Set<string>();
  readonly #metadataOnly = new MetadataOnlyObjects();

  constructor(observer: ReadObserver, { needsRelevance = false } = {}) {
    this.#observer = observer;
    this.#relevant = needsRelevance ? new Map() : undefined;
  }

  /**
   * @param where Path and line, for messages.
   * @param isItem Whether the document is an item of a list. The list itself follows without its items.
   */
  take(document: unknown, where: string, isItem = false): void {
    const identity = identify(document);
    if (isItem && identity !== undefined) this.#pages.add(identity);
    try {
      const result = readScanResult(document);
      if (result.type === 'list') {
        for (const [index, item] of result.items.entries()) {
          this.take(item, `${where}[${index}]`, true);
        }
        this.#endList(readListPage(document));
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
  finish(exports: Pick<CheckedExports, 'gaps' | 'ids' | 'includes'>): readonly ResultGap[] {
    for (const { kind, where } of this.#metadataOnly.missing()) {
      // An export contains the full content of every object that has any, so this object has no results.
      if (exports.includes(where)) this.#skip('stub', where, 'it has no results');
      else this.#skip('metadata_only', where, describeMetadataOnly(kind));
    }
    this.#addCliRuns();
    for (const key of this.#postures.staleDetails()) {
      this.#skip('stale_details', `WorkloadConfigurationScan ${key}`, OLDER_THAN_SUMMARY);
    }
    const isUnproven = [...this.#exportIds].some((id) => !exports.ids.has(id));
    const unproven = isUnproven ? [missingManifest()] : [];
    return [...exports.gaps, ...unproven, ...this.#pages.gaps()];
  }

  /**
   * Joins results and containers, and reports results that other results replace. Must be called once,
   * at the end.
   */
  join(): Join<StoredImage> {
    const join = joinScans(this.results());
    for (const { where } of join.replaced) {
      this.#skip('duplicate', where, 'another result for the same image counts');
    }
    const undated = new Set(Array.from(join.undated, ({ where }) => where));
    for (const where of this.#summaries.undated) undated.add(where);
    if (undated.size > 0) this.#observer.warn(describeUndated([...undated]));
    return join;
  }

  results(): JoinInput<StoredImage> {
    return {
      manifests: this.#images,
      summaries: this.#summaries.scanned,
      unscanned: this.#summaries.unscanned,
      relevant: this.#relevant,
      postureClusters: this.#postures.clusters,
      contentOf: ({ findings }) => hashFindings(findings),
    };
  }

  /** Number of results of each type, to detect that a folder has lost some. */
  counts({ replaced }: Pick<Join<StoredImage>, 'replaced'>): readonly ResultCount[] {
    const images = this.#images.length - replaced.size;
    return [
      { what: 'image results', group: 'vulnerabilities', count: images },
      { what: 'container summaries', group: 'vulnerabilities', count: this.#summaries.size },
      { what: 'configuration scans', group: 'postures', count: this.#postures.size },
    ];
  }

  get isEmpty(): boolean {
    return this.#images.length === 0 && this.#postures.size === 0;
  }

  get frameworks(): readonly FrameworkScore[] {
    return this.#cli.scores;
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

  #endList(page: ListPage): void {
    this.#pages.endList(page);
    if (page.exportId !== '') this.#exportIds.add(page.exportId);
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
      case 'posture-without-controls':
        return this.#skip('no_controls', where, WITHOUT_CONTROLS);
      case 'cli-posture':
        this.#cli.add({ posture: result.posture, where });
        return this.#observer.read();
      case 'unknown':
        return this.#skip('unknown_kind', where, `${result.kind} is not a scan result`);
      default:
        return result satisfies never;
    }
  }

  #takeManifest(manifest: ImageManifest, where: string): void {
    const { findings, unknownSeverities, databaseBuiltAtSeconds, ...image } = manifest;
    if (unknownSeverities > 0)
      this.#skip('unknown_severity', where, describeUnknownSeverities(unknownSeverities));
    const ref = { findings: this.#store.add(findings), databaseBuiltAtSeconds };
    this.#images.push({ ...image, ref, where });
    this.#observer.read();
  }

  /** Relevant findings never count as an image: the image's own manifest has all findings. */
  #takeRelevant({ name, age, read }: RelevantFindings, where: string): void {
    this.#observer.read();
    if (this.#relevant === undefined) return;
    const known = this.#relevant.get(name);
    if (known !== undefined) this.#noteDuplicate(where);
    if (known !== undefined && compareAges(age, known.age) < 0) return;
    const findings = this.#store.add(read().findings);
    this.#relevant.set(name, { age, findings, databaseBuiltAtSeconds: undefined });
  }

  #takeSummary(summary: ContainerSummary, where: string): void {
    const added = this.#summaries.add({ summary, isScanned: true, where });
    if (added !== 'first') this.#noteDuplicate(where);
    this.#observer.read();
  }

  /** Whether a container was scanned depends on its newest summary. */
  #takeUnscanned(summary: ContainerSummary, where: string): void {
    const added = this.#summaries.add({ summary, isScanned: false, where });
    if (added !== 'first') this.#noteDuplicate(where);
    if (added !== 'older') this.#skip('unscanned', where, describeUnscanned(summary));
  }

  #takePosture(report: PostureReport, where: string): void {
    if (this.#postures.add(report)) this.#noteDuplicate(where);
    this.#observer.read();
  }

  /**
   * The CLI scans the same resources as the operator, so its results count only if there are none from
   * the storage.
   */
  #addCliRuns(): void {
    const isAlone = this.#postures.size === 0;
    const images = [...this.#images];
    for (const { where } of this.#cli.replaced) this.#noteDuplicate(where);
    for (const run of this.#cli.current) {
      const { posture, where } = run;
      if (!isAlone && posture.reports.length > 0) this.#skip('duplicate', where, STORAGE_COUNTS);
      for (const name of posture.emptyFrameworks) {
        this.#skip('empty_framework', where, describeEmptyFramework(name));
      }
      this.#addCounted(run, images);
    }
    if (isAlone) for (const report of this.#cli.reports) this.#postures.add(report);
  }

  /** @param images Images with findings. */
  #addCounted(run: CliRun, images: readonly ImageResult<StoredImage>[]): void {
    const counted = countedImagesOf(run);
    if (counted === undefined) return;
    const { findings, ...image } = counted;
    if (hasFindings(run, images)) return this.#skip('duplicate', image.where, FINDINGS_COUNT);
    const stored = this.#store.add(findings);
    const ref = { findings: stored, databaseBuiltAtSeconds: undefined, hasOnlyCounts: true };
    this.#images.push({ ...image, ref });
    if (images.length > 0) this.#observer.warn(`${image.where}: ${ONLY_COUNTED}`);
  }

  #noteDuplicate(where: string): void {
    this.#skip(
      'duplicate',
      where,
      'another result for the same object was read; the newer one counts',
    );
  }

  #skip(reason: SkipReason, where: string, message: string): void {
    this.#observer.skipped({ reason, where, message });
  }
}

const STORAGE_COUNTS = 'the configuration scans in the storage are used instead of this report';

const ONLY_COUNTED =
  'the report has only the number of vulnerabilities in its images, so metrics about remote code execution and distinct vulnerabilities leave them out; scan each image with "kubescape scan image --format json" instead';

const FINDINGS_COUNT =
  'this report contains only numbers of vulnerabilities, and other results contain the findings of one of its images, so the numbers are left out';

function describeEmptyFramework(name: string): string {
  return `no control of the framework ${quote(name)} applied to a resource, so its score is left out`;
}

function describeUnscanned({ key, container }: ContainerSummary): string {
  return `Kubescape could not scan ${quote(key)}: its status is ${container.scanStatus}`;
}

function describeMetadataOnly(kind: string): string {
  return `${kind} contains only metadata; list it with resourceVersion=fullSpec`;
}

function describeUndated([first = '', ...others]: readonly string[]): string {
  const where = others.length === 0 ? first : `${first} and ${others.length} more`;
  return `several results for one image or container have no time, so the one read last counts: ${where}; read each result once, or only the newest`;
}
