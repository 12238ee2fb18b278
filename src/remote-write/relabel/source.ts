import type { LabelBuilder } from './label-builder.ts';
import type { RelabelConfig } from './relabel-config.ts';

type Source = (labels: LabelBuilder) => string;

/** Creates a function that returns the text matched by a rule. */
export function createSource({
  sourceLabels: names,
  separator,
}: Pick<Required<RelabelConfig>, 'sourceLabels' | 'separator'>): Source {
  const [first] = names;
  if (first === undefined) return () => '';
  if (names.length === 1) return (labels) => labels.get(first);

  // Joining is expensive, and consecutive series mostly have the same values.
  const before: string[] = [];
  let joined = separator.repeat(names.length - 1);
  return (labels) => {
    let isSame = true;
    let index = 0;
    for (const name of names) {
      const value = labels.get(name);
      if (value !== before[index]) {
        before[index] = value;
        isSame = false;
      }
      index++;
    }
    if (!isSame) joined = before.join(separator);
    return joined;
  };
}
