import { renderLabels } from '../../metrics/exposition/exposition.ts';
import type { Label, Series } from '../../metrics/series.ts';

/**
 * Removes the labels of the grouping key from series, because a Pushgateway overwrites them. Series that
 * differed only in those labels become duplicates, which a Pushgateway rejects.
 */
export class GroupSeries {
  readonly #groupingNames: ReadonlySet<string>;
  /** Rendered label sets seen so far, by family name. */
  readonly #families = new Map<string, Set<string>>();
  #lastLabels: readonly Label[] | undefined;
  #strippedLabels: readonly Label[] = [];
  #strippedText = '';
  #repeated: string | undefined;

  constructor(groupingNames: Iterable<string>) {
    this.#groupingNames = new Set(groupingNames);
  }

  /** The first duplicate series in exposition format. */
  get repeated(): string | undefined {
    return this.#repeated;
  }

  removeGroupingLabels({ labels, ...series }: Series): Series {
    const { name } = series.family;
    if (labels !== this.#lastLabels) this.#stripLabels(labels);
    const seen = this.#families.get(name) ?? new Set();
    this.#families.set(name, seen);
    if (seen.has(this.#strippedText)) this.#repeated ??= `${name}${this.#strippedText}`;
    seen.add(this.#strippedText);
    return { ...series, labels: this.#strippedLabels };
  }

  /** Consecutive series of one container share their labels, so the last result is reused. */
  #stripLabels(labels: readonly Label[]): void {
    this.#lastLabels = labels;
    this.#strippedLabels = labels.filter(({ name }) => !this.#groupingNames.has(name));
    this.#strippedText = renderLabels(this.#strippedLabels);
  }
}
