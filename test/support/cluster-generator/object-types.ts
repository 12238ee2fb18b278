/** Object metadata in the storage API, which always removes managedFields. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** Counts the changes of this object, starting at "1". */
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Items of a metadata list have neither apiVersion nor kind. */
interface ApiObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
  readonly status: Readonly<Record<string, never>>;
}

export interface VulnerabilityManifest extends ApiObject {
  readonly spec: VulnerabilityManifestSpec;
}

interface VulnerabilityManifestSpec {
  readonly metadata: {
    readonly withRelevancy: boolean;
    readonly tool: {
      readonly name: string;
      readonly version: string;
      readonly databaseVersion: string;
    };
    /** Always empty. */
    readonly report: { readonly createdAt: string | null };
  };
  readonly payload: GrypeDocument;
}

export interface GrypeDocument {
  readonly matches: readonly Match[] | null;
  readonly ignoredMatches?: readonly IgnoredMatch[];
  readonly source: { readonly type: string; readonly target: SourceTarget } | null;
  readonly distro: {
    readonly name: string;
    readonly version: string;
    readonly idLike: readonly string[] | null;
  };
  readonly descriptor: {
    readonly name: string;
    readonly version: string;
    readonly configuration?: null;
    readonly db?: DatabaseStatus | null;
  };
}

interface DatabaseStatus {
  readonly schemaVersion: string;
  readonly from: string;
  readonly built: string;
  readonly path: string;
  readonly valid: boolean;
}

export interface SourceTarget {
  readonly userInput: string;
  readonly imageID: string;
  readonly manifestDigest: string;
  readonly mediaType: string;
  readonly tags: readonly string[];
  readonly imageSize: number;
  readonly layers:
    | readonly { readonly mediaType: string; readonly digest: string; readonly size: number }[]
    | null;
  /** Base64 of the image manifest. */
  readonly manifest: string | null;
  /** Base64 of the image configuration. */
  readonly config: string | null;
  readonly repoDigests: readonly string[];
  readonly architecture: string;
  readonly os: string;
}

export interface Match {
  readonly vulnerability: Vulnerability;
  readonly relatedVulnerabilities: readonly VulnerabilityRecord[] | null;
  readonly matchDetails: readonly MatchDetail[] | null;
  readonly artifact: Artifact;
}

export interface IgnoredMatch extends Match {
  readonly appliedIgnoreRules: readonly {
    readonly vulnerability?: string;
    readonly 'fix-state'?: string;
  }[];
}

export interface VulnerabilityRecord {
  readonly id: string;
  readonly dataSource: string;
  readonly namespace?: string;
  readonly severity?: string;
  readonly urls: readonly string[] | null;
  readonly description?: string;
  readonly cvss: readonly Cvss[] | null;
}

interface Vulnerability extends VulnerabilityRecord {
  readonly fix: { readonly versions: readonly string[] | null; readonly state: string };
  readonly advisories: readonly { readonly id: string; readonly link: string }[] | null;
}

export interface Cvss {
  readonly version: string;
  readonly vector: string;
  readonly metrics: {
    readonly baseScore: number;
    readonly exploitabilityScore: number;
    readonly impactScore: number;
  };
  readonly vendorMetadata?: { readonly base_severity: string; readonly status: string };
}

export interface MatchDetail {
  readonly type: string;
  readonly matcher: string;
  readonly searchedBy: {
    readonly distro?: { readonly type: string; readonly version: string };
    readonly language?: string;
    readonly namespace: string;
    readonly package?: { readonly name: string; readonly version: string };
    readonly cpes?: readonly string[];
  };
  readonly found: {
    readonly versionConstraint: string;
    readonly vulnerabilityID: string;
    readonly cpes?: readonly string[];
  };
}

export interface Artifact {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly locations: readonly { readonly path: string; readonly layerID?: string }[] | null;
  readonly language: string;
  readonly licenses: readonly string[] | null;
  readonly cpes: readonly string[] | null;
  readonly purl: string;
  readonly upstreams: readonly { readonly name: string }[] | null;
  readonly metadataType?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface VulnerabilityManifestSummary extends ApiObject {
  readonly spec: VulnerabilityManifestSummarySpec;
}

interface VulnerabilityManifestSummarySpec {
  readonly severities: {
    readonly critical: SeverityPair;
    readonly high: SeverityPair;
    readonly medium: SeverityPair;
    readonly low: SeverityPair;
    readonly negligible: SeverityPair;
    readonly unknown: SeverityPair;
  };
  readonly vulnerabilitiesRef: {
    readonly all: ObjectReference;
    readonly relevant: ObjectReference;
  };
}

/** Numbers of matches, not of distinct vulnerabilities. A `relevant` of 0 is omitted. */
export interface SeverityPair {
  readonly all: number;
  readonly relevant?: number;
}

export interface ObjectReference {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
}
