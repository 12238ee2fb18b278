import type { Label } from '../time-series.ts';
import { findEmptyValue, findLabelProblem, METRIC_NAME } from './labels.ts';

/**
 * `findLabelProblem` for a long row of series. Neighbours nearly always belong to one metric family
 * and so have the same names: those were checked once, only the values are new.
 */
export class LabelChecker {
  #legalNames: readonly string[] = [];
  #legalMetricName = '';

  findProblem(labels: readonly Label[]): string | undefined {
    if (this.#areKnown(labels)) return findEmptyValue(labels);

    const problem = findLabelProblem(labels);
    if (problem === undefined) this.#remember(labels);
    return problem;
  }

  #areKnown(labels: readonly Label[]): boolean {
    if (labels.length !== this.#legalNames.length || labels.length === 0) return false;
    let index = 0;
    for (const { name, value } of labels) {
      if (name !== this.#legalNames[index++]) return false;
      if (name === METRIC_NAME && value !== this.#legalMetricName) return false;
    }
    return true;
  }

  #remember(labels: readonly Label[]): void {
    this.#legalNames = labels.map(({ name }) => name);
    this.#legalMetricName = labels.find(({ name }) => name === METRIC_NAME)?.value ?? '';
  }
}
