/** Parts that differ between errors of one kind: label values, series, names, numbers, addresses. */
const quoted = /"(?:[^"\\]|\\.)*"?/g;
const selectors = /\{[^}]*\}?/g;
const identifiers = /\b[A-Za-z]\w*_\w+/g;
/** Status codes tell errors apart, so they stay. */
const numbered = /(?<!answered )(?<![\w.:-])[\w.:-]*\d[\w.:-]*/g;

/** The sentence without its details, so that two errors of one kind are equal. */
export function errorKind(sentence: string): string {
  return sentence
    .replaceAll(quoted, '""')
    .replaceAll(selectors, '{}')
    .replaceAll(numbered, '0')
    .replaceAll(identifiers, '_');
}

/** The first sentence of each kind, which serves as an example. */
export function firstOfEachKind(sentences: readonly string[]): string[] {
  const examples = new Map<string, string>();
  for (const sentence of sentences) {
    const kind = errorKind(sentence);
    if (!examples.has(kind)) examples.set(kind, sentence);
  }
  return [...examples.values()];
}
