import type { PostureReport } from '../formats/workload-configuration-scan-summary.ts';
import type { ControlResult, PostureScan } from '../model/posture-scan.ts';

/**
 * Stores one configuration scan per resource. If a resource has a summary, its detail object only
 * contributes the names of controls. Equal results of a control are stored once, because thousands
 * of resources share them.
 */
export class PostureStore {
  readonly #postures = new Map<string, Pick<PostureReport, 'source' | 'scan'>>();
  readonly #controls = new Map<string, ControlResult>();
  readonly #names = new Map<string, string>();
  readonly #clusters = new Set<string>();

  /** Number of resources. */
  get size(): number {
    return this.#postures.size;
  }

  /** Cluster names found in the reports, sorted. */
  get clusters(): readonly string[] {
    return [...this.#clusters].toSorted();
  }

  /** Adds or replaces a report. Returns whether one with the same source and key existed. */
  add({ source, key, cluster, scan }: PostureReport): boolean {
    const known = this.#postures.get(key);
    if (cluster !== undefined) this.#clusters.add(cluster);
    for (const { id, name } of scan.controls) {
      if (name !== '') this.#names.set(id, name);
    }
    if (source === 'summary' || known?.source !== 'summary') {
      const controls = scan.controls.map((control) => this.#shared(control));
      this.#postures.set(key, { source, scan: { ...scan, controls } });
    }
    return known?.source === source;
  }

  get(key: string): PostureReport | undefined {
    const known = this.#postures.get(key);
    return known && { ...known, key, cluster: undefined };
  }

  /** Returns whether the report existed. */
  remove(key: string): boolean {
    return this.#postures.delete(key);
  }

  /** Call after the last `add`, because any report may contribute the names of controls. */
  *scans(): Generator<PostureScan> {
    for (const { scan } of this.#postures.values()) {
      const controls = scan.controls.map((control) => ({
        ...control,
        name: this.#names.get(control.id) ?? '',
      }));
      yield { ...scan, controls };
    }
  }

  #shared({ id, severity, status }: ControlResult): ControlResult {
    const key = `${id}\0${severity}\0${status}`;
    const known = this.#controls.get(key);
    if (known !== undefined) return known;
    const control = { id, name: '', severity, status };
    this.#controls.set(key, control);
    return control;
  }
}
