import type { CliPosture } from '../formats/posture-document.ts';
import type { PostureReport } from '../formats/workload-configuration-scan-summary.ts';
import type { FrameworkScore } from '../model/framework-score.ts';
import { type ControlResult, countFailed } from '../model/posture-scan.ts';
import { compareAges } from '../model/result-age.ts';

export interface CliRun {
  readonly posture: CliPosture;
  readonly where: string;
}

/**
 * Collects runs of the CLI. A newer run of the same frameworks replaces an older one for the same
 * target. Runs of other frameworks add their controls. If several runs have a result for a control, the
 * newest counts.
 */
export class CliPostures {
  readonly #runs: CliRun[] = [];

  add(run: CliRun): void {
    this.#runs.push(run);
  }

  /** The runs that count, oldest first. */
  get current(): readonly CliRun[] {
    return this.#newest().current;
  }

  /** The runs that newer runs replace. */
  get replaced(): readonly CliRun[] {
    return this.#newest().replaced;
  }

  /** One report per resource. */
  get reports(): readonly PostureReport[] {
    const merged = new Map<string, PostureReport>();
    for (const { posture } of this.current) {
      for (const report of posture.reports) {
        const key = `${posture.target} ${report.key}`;
        merged.set(key, mergeReports(merged.get(key), { ...report, key }));
      }
    }
    return [...merged.values()];
  }

  /** The newest score of each framework. All targets in one input belong to one cluster. */
  get scores(): readonly FrameworkScore[] {
    const scores = this.current.flatMap(({ posture }) => posture.scores);
    return [...new Map(scores.map((score) => [score.framework, score])).values()];
  }

  #newest(): { readonly current: readonly CliRun[]; readonly replaced: readonly CliRun[] } {
    const sorted = this.#runs.toSorted((a, b) => compareAges(a.posture.age, b.posture.age));
    const newest = new Map(sorted.map((run) => [scopeOf(run), run]));
    const current = new Set(newest.values());
    return {
      current: sorted.filter((run) => current.has(run)),
      replaced: sorted.filter((run) => !current.has(run)),
    };
  }
}

function scopeOf({ posture: { target, frameworks } }: CliRun): string {
  return JSON.stringify([target, frameworks]);
}

/** @param older The results of older runs. */
function mergeReports(older: PostureReport | undefined, newer: PostureReport): PostureReport {
  if (older === undefined) return newer;
  const both = [...older.scan.controls, ...newer.scan.controls];
  const controls: ControlResult[] = [...new Map(both.map((one) => [one.id, one])).values()];
  return { ...newer, scan: { ...newer.scan, controls, failed: countFailed(controls) } };
}
