import type { PostureReport } from '../formats/workload-configuration-scan-summary.ts';
import { libraryNameOf } from '../model/control-library.ts';
import type { ControlResult, PostureScan } from '../model/posture-scan.ts';
import { compareAges } from '../model/result-age.ts';
import { isOlderThanSummary } from './stale-details.ts';

/** The reports about one resource. */
interface Reports {
  summary?: PostureReport;
  detail?: PostureReport;
  /** Whether the detail object is older than the summary. Absent until the answer is needed. */
  isStale?: boolean;
}

/**
 * Stores one configuration scan per resource: its detail object, which has the newest rules, or else its
 * summary. Equal results of a control are stored once, because thousands of resources share them.
 */
export class PostureStore {
  readonly #resources = new Map<string, Reports>();
  readonly #controls = new Map<string, ControlResult>();
  readonly #names = new Map<string, string>();
  readonly #clusters = new Set<string>();

  /** Number of resources. */
  get size(): number {
    return this.#resources.size;
  }

  /** Cluster names found in the reports, sorted. */
  get clusters(): readonly string[] {
    return [...this.#clusters].toSorted();
  }

  /**
   * Adds a report. Of two with the same source and key, the newer one counts, otherwise the later one.
   * Returns whether there was one.
   */
  add(report: PostureReport): boolean {
    const { source, key, cluster, scan } = report;
    const reports = this.#resources.get(key) ?? {};
    const known = reports[source];
    if (cluster !== undefined) this.#clusters.add(cluster);
    for (const { id, name } of scan.controls) {
      if (name !== '') this.#names.set(id, name);
    }
    if (known !== undefined && compareAges(report.age, known.age) < 0) return true;
    const controls = scan.controls.map((control) => this.#shared(control));
    delete reports.isStale;
    reports[source] = { ...report, scan: { ...scan, controls } };
    this.#resources.set(key, reports);
    return known !== undefined;
  }

  /** Returns the summary with this key, or else the detail object. */
  get(key: string): PostureReport | undefined {
    const reports = this.#resources.get(key);
    return reports?.summary ?? reports?.detail;
  }

  *reports(): Generator<PostureReport> {
    for (const { summary, detail } of this.#resources.values()) {
      if (summary !== undefined) yield summary;
      if (detail !== undefined) yield detail;
    }
  }

  /** Returns whether a report with this key existed. */
  remove(key: string): boolean {
    return this.#resources.delete(key);
  }

  /** Returns the same summaries, each with its detail object from the other store. */
  withDetails(details: PostureStore): PostureStore {
    const store = new PostureStore();
    for (const cluster of this.#clusters) store.#clusters.add(cluster);
    for (const names of [this.#names, details.#names]) {
      for (const [id, name] of names) store.#names.set(id, name);
    }
    for (const [key, { summary }] of this.#resources) {
      const detail = details.#resources.get(key)?.detail;
      store.#resources.set(key, { ...(summary && { summary }), ...(detail && { detail }) });
    }
    return store;
  }

  /**
   * Returns the keys of detail objects that are older than their summaries. Must be called after the
   * last `add`.
   */
  *staleDetails(): Generator<string> {
    for (const [key, reports] of this.#resources) {
      if (isStale(reports)) yield key;
    }
  }

  /** Call after the last `add`, because any report may contribute the names of controls. Others come from the library. */
  *scans(): Generator<PostureScan> {
    for (const reports of this.#resources.values()) {
      const { summary, detail } = reports;
      const report = isStale(reports) ? summary : (detail ?? summary);
      if (report === undefined) continue;
      const { scan } = report;
      const controls = scan.controls.map((control) => ({
        ...control,
        name: this.#names.get(control.id) ?? libraryNameOf(control.id),
      }));
      yield { ...scan, ...identityOf(summary?.scan ?? scan), controls };
    }
  }

  #shared(control: ControlResult): ControlResult {
    const { id, severity, status, storedStatus = '' } = control;
    const key = `${id}\0${severity}\0${status}\0${storedStatus}`;
    const known = this.#controls.get(key);
    if (known !== undefined) return known;
    const unnamed = { ...control, name: '' };
    this.#controls.set(key, unnamed);
    return unnamed;
  }
}

function isStale(reports: Reports): boolean {
  const { summary, detail } = reports;
  if (summary === undefined || detail === undefined) return false;
  reports.isStale ??= isOlderThanSummary(detail, summary);
  return reports.isStale;
}

/** Some detail objects lack labels that their summaries have. */
function identityOf({ namespace, workloadKind, workload }: PostureScan) {
  return { namespace, workloadKind, workload };
}
