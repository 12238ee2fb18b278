import type { PostureReport } from '../formats/workload-configuration-scan-summary.ts';
import type { ControlResult, PostureScan } from '../model/posture-scan.ts';

/**
 * Keeps the configuration scans of all resources, each once: where there is a summary, the detail
 * object of the same name only lends the names of its controls. Alike results of a control are
 * held once, because thousands of resources share them.
 */
export class PostureStore {
  readonly #postures = new Map<string, Pick<PostureReport, 'source' | 'scan'>>();
  readonly #controls = new Map<string, ControlResult>();
  readonly #names = new Map<string, string>();
  readonly #clusters = new Set<string>();

  /** Resources. */
  get size(): number {
    return this.#postures.size;
  }

  /** Every cluster that the reports name. */
  get clusters(): readonly string[] {
    return [...this.#clusters].toSorted();
  }

  /** Whether a report of the same source and name was there already; the later one counts. */
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

  /** Forgets the report of that key, if there was one. Whether there was. */
  remove(key: string): boolean {
    return this.#postures.delete(key);
  }

  /** To be called when everything was added, because names of controls come from any report. */
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
