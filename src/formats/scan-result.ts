import type * as z from 'zod';

import type { ResultAge } from '../model/result-age.ts';
import { databaseBuiltAtSeconds } from './database-built.ts';
import { messageFor, toFormatError } from './format-error.ts';
import { type Findings, GrypeDocument, readFindings } from './grype-document.ts';
import { targetOfGrypeDocument } from './grype-image.ts';
import { rejectOldGrype } from './old-grype.ts';
import { type CliPosture, PostureDocument, readPostureDocument } from './posture-document.ts';
import { parseTime } from './result-age.ts';
import {
  type ContainerSummary,
  readSummary,
  stateOfSummary,
  VulnerabilityManifestSummary,
} from './vulnerability-manifest-summary.ts';
import {
  ageOfManifest,
  type ImageManifest,
  isFilteredManifest,
  isMetadataOnlyManifest,
  readManifest,
  VulnerabilityManifest,
} from './vulnerability-manifest.ts';
import {
  hasNoControls,
  isMetadataOnlyPosture,
  type PostureReport,
  readPosture,
  WorkloadConfigurationScanSummary,
} from './workload-configuration-scan-summary.ts';

/** The parsed content of a document. */
export type ScanResult =
  | { readonly type: 'image'; readonly manifest: ImageManifest }
  | { readonly type: 'container'; readonly summary: ContainerSummary }
  | { readonly type: 'unscanned'; readonly summary: ContainerSummary }
  | RelevantFindings
  | { readonly type: 'posture'; readonly report: PostureReport }
  | { readonly type: 'posture-without-controls' }
  | { readonly type: 'cli-posture'; readonly posture: CliPosture }
  | { readonly type: 'metadata-only'; readonly kind: string; readonly name: string }
  | { readonly type: 'list'; readonly items: readonly unknown[] }
  | { readonly type: 'unknown'; readonly kind: string };

/** Findings in packages that one container loaded at run time: a subset of its image's findings. */
export interface RelevantFindings {
  readonly type: 'relevant-findings';
  /** Name of the manifest. */
  readonly name: string;
  readonly age: ResultAge;
  /** Parsed on demand, because few configurations need it. */
  readonly read: () => Findings;
}

const apiGroup = 'spdx.softwarecomposition.kubescape.io/';

/**
 * Recognizes a document by its content, never by its file name, and parses it.
 *
 * @throws {FormatError} The document has a known kind, but fields of the wrong type.
 */
export function readScanResult(document: unknown): ScanResult {
  if (!isRecord(document)) return { type: 'unknown', kind: typeName(document) };
  const kind = kindOf(document);
  const read = readers.get(kind);
  if (read !== undefined) return read(document);
  const items = document['items'];
  if (kind.endsWith('List') && (Array.isArray(items) || items === null)) {
    return { type: 'list', items: items ?? [] };
  }
  return { type: 'unknown', kind };
}

/** Identifies an object of the Kubernetes API. */
export interface ObjectIdentity {
  readonly kind: string;
  /** `namespace/name`. */
  readonly name: string;
}

/** Returns `undefined` for a document without a name, such as one from the CLI. */
export function identify(document: unknown): ObjectIdentity | undefined {
  if (!isRecord(document) || !isRecord(document['metadata'])) return undefined;
  const { name, namespace } = document['metadata'];
  if (typeof name !== 'string' || name === '') return undefined;
  const place = typeof namespace === 'string' ? namespace : '';
  return { kind: kindOf(document), name: `${place}/${name}` };
}

const readers: ReadonlyMap<string, (document: unknown) => ScanResult> = new Map([
  ['VulnerabilityManifest', readManifestResult],
  ['VulnerabilityManifestSummary', readSummaryResult],
  ['WorkloadConfigurationScanSummary', (document) => readPostureResult(document, 'summary')],
  ['WorkloadConfigurationScan', (document) => readPostureResult(document, 'detail')],
  ['PostureDocument', readCliPosture],
  ['GrypeDocument', (document) => ({ type: 'image', manifest: readGrype(document) })],
]);

/** Messages quote both texts, so only short and printable ones are passed on. */
const kindPattern = /^[A-Za-z][A-Za-z0-9]{0,62}$/;
const versionPattern = /^[A-Za-z0-9][A-Za-z0-9./-]{0,252}$/;

function kindOf(document: Record<string, unknown>): string {
  const { kind, apiVersion } = document;
  if (typeof kind !== 'string' || kind === '') return kindByShape(document);
  if (!kindPattern.test(kind)) return 'an object with an invalid kind';
  const foreign = typeof apiVersion === 'string' && !apiVersion.startsWith(apiGroup);
  if (!foreign || kind.endsWith('List')) return kind;
  return `${kind} of ${versionPattern.test(apiVersion) ? apiVersion : 'an invalid API version'}`;
}

/** Items of a typed list have no `kind`, so their fields identify them. */
function kindByShape(document: Record<string, unknown>): string {
  const kind = isRecord(document['spec']) ? kindBySpec(document['spec']) : undefined;
  if (kind !== undefined) return kind;
  if (Array.isArray(document['items'])) return 'List';
  if (isRecord(document['summaryDetails'])) return 'PostureDocument';
  const isGrype = 'matches' in document && ('source' in document || 'distro' in document);
  return isGrype ? 'GrypeDocument' : 'a document without a kind';
}

function kindBySpec(spec: Record<string, unknown>): string | undefined {
  if ('payload' in spec) return 'VulnerabilityManifest';
  if ('vulnerabilitiesRef' in spec) return 'VulnerabilityManifestSummary';
  if (!('controls' in spec)) return undefined;
  if ('severities' in spec) return 'WorkloadConfigurationScanSummary';
  return 'relatedObjects' in spec ? 'WorkloadConfigurationScan' : undefined;
}

function readManifestResult(document: unknown): ScanResult {
  const manifest = parse('VulnerabilityManifest', VulnerabilityManifest, document);
  if (isMetadataOnlyManifest(manifest)) return metadataOnly('VulnerabilityManifest', manifest);
  if (isFilteredManifest(manifest)) {
    const { metadata, spec } = manifest;
    const payload = spec.payload ?? {};
    const name = metadata.name ?? '';
    const age = ageOfManifest(manifest);
    return { type: 'relevant-findings', name, age, read: () => readFindings(payload) };
  }
  return { type: 'image', manifest: readManifest(manifest) };
}

function readSummaryResult(document: unknown): ScanResult {
  const kind = 'VulnerabilityManifestSummary';
  const summary = parse(kind, VulnerabilityManifestSummary, document);
  const state = stateOfSummary(summary);
  if (state === 'metadata-only') return metadataOnly(kind, summary);
  return {
    type: state === 'unscanned' ? 'unscanned' : 'container',
    summary: readSummary(summary),
  };
}

function readPostureResult(document: unknown, source: PostureReport['source']): ScanResult {
  const kind = `WorkloadConfigurationScan${source === 'summary' ? 'Summary' : ''}`;
  const scan = parse(kind, WorkloadConfigurationScanSummary, document);
  if (isMetadataOnlyPosture(scan)) return metadataOnly(kind, scan);
  if (hasNoControls(scan)) return { type: 'posture-without-controls' };
  return { type: 'posture', report: readPosture(scan, source) };
}

function readCliPosture(value: unknown): ScanResult {
  const document = parse('posture report of the CLI', PostureDocument, value);
  return { type: 'cli-posture', posture: readPostureDocument(document) };
}

function metadataOnly(kind: string, { metadata }: { metadata: { name?: string | undefined } }) {
  return { type: 'metadata-only', kind, name: metadata.name ?? '' } as const;
}

/** Reads a CLI document or a bare payload. Only its `source` can name the image. */
function readGrype(value: unknown): ImageManifest {
  rejectOldGrype(value);
  const document = parse('scan image document', GrypeDocument, value);
  return {
    name: '',
    ...targetOfGrypeDocument(document),
    age: { scannedAtMs: parseTime(document.descriptor?.timestamp) },
    ...readFindings(document),
    databaseBuiltAtSeconds: databaseBuiltAtSeconds(document),
  };
}

function parse<Output>(kind: string, schema: z.ZodType<Output>, document: unknown): Output {
  const result = schema.safeParse(document, { error: messageFor });
  if (!result.success) throw toFormatError(kind, result.error);
  return result.data;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
