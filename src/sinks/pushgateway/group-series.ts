import { renderLabels } from '../../metrics/exposition/exposition.ts';
import type { Label, Series } from '../../metrics/series.ts';

/**
 * Series as they go into the body of a push. A Pushgateway puts the labels of the grouping key over
 * those of the same name in the body, so they are left out there. Two series that differed in
 * nothing else are one then, and a Pushgateway refuses a push that says one series twice.
 */
export class GroupSeries {
  readonly #groupingNames: ReadonlySet<string>;
  /** Label sets, as text, that each family was seen with. */
  readonly #families = new Map<string, Set<string>>();
  #lastLabels: readonly Label[] | undefined;
  #strippedLabels: readonly Label[] = [];
  #strippedText = '';
  #repeated: string | undefined;

  constructor(groupingNames: Iterable<string>) {
    this.#groupingNames = new Set(groupingNames);
  }

  /** The first series that came twice, as it would stand in the text. */
  get repeated(): string | undefined {
    return this.#repeated;
  }

  strip({ labels, ...series }: Series): Series {
    const { name } = series.family;
    if (labels !== this.#lastLabels) this.#stripLabels(labels);
    const seen = this.#families.get(name) ?? new Set();
    this.#families.set(name, seen);
    if (seen.has(this.#strippedText)) this.#repeated ??= `${name}${this.#strippedText}`;
    seen.add(this.#strippedText);
    return { ...series, labels: this.#strippedLabels };
  }

  /** Series of one container come one after the other and share their labels. */
  #stripLabels(labels: readonly Label[]): void {
    this.#lastLabels = labels;
    this.#strippedLabels = labels.filter(({ name }) => !this.#groupingNames.has(name));
    this.#strippedText = renderLabels(this.#strippedLabels);
  }
}
