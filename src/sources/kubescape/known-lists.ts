import type { ContainerSummary } from '../../formats/vulnerability-manifest-summary.ts';
import type { Container } from '../../model/container.ts';
import type { Image } from '../../model/image.ts';
import type { KnownItem, KnownList } from './known-items.ts';
import type { IndexedManifest } from './manifest-index.ts';
import type { UsableSummary } from './read-summaries.ts';
import type { TextAt, TextRecord } from './text-records.ts';

/** What the lists of the last run said, item by item, each under the digest of its text. */
export interface KnownLists {
  readonly summaries: KnownList<UsableSummary>;
  readonly manifests: KnownList<IndexedManifest>;
}

export const noLists: KnownLists = {
  summaries: { items: [], pages: new Map() },
  manifests: { items: [], pages: new Map() },
};

/** Texts of what `writeSummary` gives. */
export const SUMMARY_TEXTS = 16;

/** Texts of what `writeManifest` gives. */
export const MANIFEST_TEXTS = 8;

export function writeSummary({ digest, known }: KnownItem<UsableSummary>): TextRecord {
  const { type, summary } = known;
  const { key, container, image, cluster, manifestName, relevantManifestName } = summary;
  const { namespace, workloadKind, workload, name, scanStatus, scannedAtSeconds } = container;
  const itsContainer = [namespace, workloadKind, workload, name, scanStatus];
  return [
    digest,
    type,
    key,
    cluster,
    manifestName,
    scannedAtSeconds === undefined ? undefined : String(scannedAtSeconds),
    ...itsContainer,
    ...writeImage(image),
    relevantManifestName,
  ];
}

export function readSummaryRecord(textAt: TextAt): KnownItem<UsableSummary> {
  const scannedAt = textAt(5);
  const summary: ContainerSummary = {
    key: textAt(2) ?? '',
    container: readContainer(textAt, scannedAt),
    image: readImage(textAt, 11),
    cluster: textAt(3),
    manifestName: textAt(4) ?? '',
    relevantManifestName: textAt(15) ?? '',
  };
  const type = textAt(1) === 'unscanned' ? 'unscanned' : 'container';
  return { digest: textAt(0) ?? '', known: { type, summary } };
}

function readContainer(textAt: TextAt, scannedAt: string | undefined): Container {
  return {
    namespace: textAt(6) ?? '',
    workloadKind: textAt(7) ?? '',
    workload: textAt(8) ?? '',
    name: textAt(9) ?? '',
    scanStatus: textAt(10) ?? '',
    ...(scannedAt !== undefined && { scannedAtSeconds: Number(scannedAt) }),
  };
}

export function writeManifest({ digest, known }: KnownItem<IndexedManifest>): TextRecord {
  const { name, changeKey, isFiltered, image } = known;
  return [digest, name, changeKey, isFiltered ? 'filtered' : undefined, ...writeImage(image)];
}

export function readManifestRecord(textAt: TextAt): KnownItem<IndexedManifest> {
  const manifest = {
    name: textAt(1) ?? '',
    image: readImage(textAt, 4),
    changeKey: textAt(2) ?? '',
    isFiltered: textAt(3) !== undefined,
  };
  return { digest: textAt(0) ?? '', known: manifest };
}

function writeImage({ registry, repository, tag, id }: Image): TextRecord {
  return [registry, repository, tag, id];
}

function readImage(textAt: TextAt, start: number): Image {
  return {
    registry: textAt(start) ?? '',
    repository: textAt(start + 1) ?? '',
    tag: textAt(start + 2) ?? '',
    id: textAt(start + 3) ?? '',
  };
}
