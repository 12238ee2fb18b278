import type { ImageScan, ScanInventory } from '../../model/image-scan.ts';
import type { PostureScan } from '../../model/posture-scan.ts';
import type { ResultGap } from '../../model/result-gap.ts';
import type { Join } from '../join.ts';
import { ListHistoryFile } from '../list-history-file.ts';
import { ListAcceptance } from '../list-history.ts';
import { missingFindings } from '../missing-findings.ts';
import { type ScanRead, type ScanSource, SourceError } from '../scan-source.ts';
import { checkExports } from './check-exports.ts';
import { collectResults } from './collect-results.ts';
import type { DocumentLimits } from './file-document.ts';
import { findFiles } from './find-files.ts';
import { HiddenResults } from './hidden-results.ts';
import { ResultCollector, type StoredImage } from './result-collector.ts';
import { shrunkenResults } from './shrunken-results.ts';
import { SkipLimit } from './skip-limit.ts';

export interface FilesSourceOptions {
  /** Files, folders, or `-` for stdin. */
  readonly paths: readonly string[];
  readonly limits: DocumentLimits;
  /** Whether to keep the findings in packages loaded at run time as well. */
  readonly needsRelevance?: boolean;
  /** Remembers the number of results. By default, only until the process exits. */
  readonly history?: ListHistoryFile;
  /** Milliseconds since the Unix epoch. Default: the system's clock. */
  readonly now?: () => number;
}

/**
 * Reads scan results from files: dumps of the storage API or output of the CLI. Manifests and summaries come
 * in any order, and a pipe can be read only once, so findings are stored compactly until every summary is
 * known.
 */
export function createFilesSource(options: FilesSourceOptions): ScanSource {
  const { paths, limits, now = Date.now } = options;
  const { history = new ListHistoryFile({ path: undefined, origin: '' }) } = options;
  return {
    name: 'files',
    async read(source, { signal, isScheduled = false }) {
      const hidden = new HiddenResults(source);
      const observer = new SkipLimit(hidden);
      const collector = new ResultCollector(observer, options);
      const found = await findFiles(paths, (report) => observer.skipped(report));
      const exports = await checkExports(found, signal);
      await collectResults(exports.files, { collector, observer, limits, signal });
      const gaps = collector.finish(exports);
      if (collector.isEmpty) throw new SourceError(describeNothing(collector, paths, gaps));
      const join = collector.join();
      const unreferenced = describeUnreferenced(join);
      if (unreferenced !== undefined) observer.warn(unreferenced);
      const moment = { nowMs: now(), isScheduled };
      const acceptance = new ListAcceptance(await history.load(), moment);
      const shrunken = shrunkenResults(collector.counts(join), acceptance);
      const unreadable = hidden.gaps(acceptance);
      const problem = await history.save(acceptance.history);
      if (problem !== undefined) observer.warn(problem);
      const { frameworks } = collector;
      const inventory = { ...withClusters(join.inventory, exports.clusters), frameworks };
      return toRead(collector, { ...join, inventory }, [...gaps, ...shrunken, ...unreadable]);
    },
  };
}

/** Kubescape's configuration takes precedence, as in a cluster. */
function withClusters(inventory: ScanInventory, exported: readonly string[]): ScanInventory {
  return exported.length > 0 ? { ...inventory, clusters: exported } : inventory;
}

function toRead(
  collector: ResultCollector,
  join: Join<StoredImage>,
  gaps: readonly ResultGap[],
): ScanRead {
  const { inventory, targets } = join;
  async function* scans(): AsyncGenerator<ImageScan> {
    for (const target of targets) yield collector.load(target);
  }
  async function* postures(): AsyncGenerator<PostureScan> {
    yield* collector.postures();
  }
  return {
    inventory,
    kinds: [{ kind: '', isUp: true, hasFailed: false }],
    gaps: [...gaps, ...missingFindings(join)],
    scans,
    postures,
  };
}

function describeNothing(
  collector: ResultCollector,
  paths: readonly string[],
  gaps: readonly ResultGap[],
): string {
  const where = paths.join(', ');
  const { summaries } = collector.results();
  const nothing =
    summaries.length === 0
      ? `could not read any scan results from ${where}`
      : `${where} contains ${summaries.length} VulnerabilityManifestSummaries, but no VulnerabilityManifests with their findings; include them in the export`;
  return [nothing, ...gaps.map(({ message }) => message)].join('; ');
}

/**
 * The storage keeps manifests of old images for a while, but rarely has more of them than manifests of
 * running images. If it does, the export probably lacks summaries.
 */
function describeUnreferenced({ inventory }: Join<StoredImage>): string | undefined {
  const { targets, unreferencedImages: unreferenced = 0 } = inventory;
  if (unreferenced < 2 || unreferenced <= targets.length) return undefined;
  return `no summary references ${unreferenced} VulnerabilityManifests, so they are left out; if their images are running, export the VulnerabilityManifestSummaries of all namespaces`;
}
