import type { ContainerSummary } from '../../formats/vulnerability-manifest-summary.ts';
import type { Image } from '../../model/image.ts';
import type { IndexedManifest } from './manifest-index.ts';
import type { UsableSummary } from './read-summaries.ts';
import type { TextRecord } from './text-records.ts';

/** What the lists of the last run said, item by item, each under the digest of its text. */
export interface KnownLists {
  readonly summaries: ReadonlyMap<string, UsableSummary>;
  readonly manifests: ReadonlyMap<string, IndexedManifest>;
}

export const noLists: KnownLists = { summaries: new Map(), manifests: new Map() };

/** Texts of what `writeSummary` gives. */
export const SUMMARY_TEXTS = 15;

/** Texts of what `writeManifest` gives. */
export const MANIFEST_TEXTS = 8;

export function writeSummary([digest, { type, summary }]: readonly [
  string,
  UsableSummary,
]): TextRecord {
  const { key, container, image, cluster, manifestName } = summary;
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
  ];
}

export function readSummaryRecord(record: TextRecord): [string, UsableSummary] {
  function text(index: number): string {
    return record[index] ?? '';
  }
  const scannedAt = record[5];
  const summary: ContainerSummary = {
    key: text(2),
    container: {
      namespace: text(6),
      workloadKind: text(7),
      workload: text(8),
      name: text(9),
      ...(scannedAt !== undefined && { scannedAtSeconds: Number(scannedAt) }),
      scanStatus: text(10),
    },
    image: readImage(record.slice(11)),
    cluster: record[3],
    manifestName: text(4),
  };
  return [text(0), { type: text(1) === 'unscanned' ? 'unscanned' : 'container', summary }];
}

export function writeManifest([digest, manifest]: readonly [string, IndexedManifest]): TextRecord {
  const { name, changeKey, isFiltered, image } = manifest;
  return [digest, name, changeKey, isFiltered ? 'filtered' : undefined, ...writeImage(image)];
}

export function readManifestRecord(record: TextRecord): [string, IndexedManifest] {
  const [digest = '', name = '', changeKey = '', filtered] = record;
  const image = readImage(record.slice(4));
  return [digest, { name, image, changeKey, isFiltered: filtered !== undefined }];
}

function writeImage({ registry, repository, tag, id }: Image): TextRecord {
  return [registry, repository, tag, id];
}

function readImage([registry = '', repository = '', tag = '', id = '']: TextRecord): Image {
  return { registry, repository, tag, id };
}
