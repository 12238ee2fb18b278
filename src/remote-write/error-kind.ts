/** Match the parts that differ between errors of one kind: label values, series, names, numbers, addresses. */
const quoted = /"(?:[^"\\]|\\.)*"?/g;
const selectors = /\{[^}]*\}?/g;
const identifiers = /\b[A-Za-z]\w*_\w+/g;
/** Does not match status codes, because they distinguish kinds of errors. */
const numbered = /(?<!answered )(?<![\w.:-])[\w.:-]*\d[\w.:-]*/g;

/** Returns the sentence without its details, so that it is the same for all errors of one kind. */
export function errorKind(sentence: string): string {
  return sentence
    .replaceAll(quoted, '""')
    .replaceAll(selectors, '{}')
    .replaceAll(numbered, '0')
    .replaceAll(identifiers, '_');
}

/** Returns the first sentence of each kind as an example. */
export function firstOfEachKind(sentences: readonly string[]): string[] {
  const examples = new Map<string, string>();
  for (const sentence of sentences) {
    const kind = errorKind(sentence);
    if (!examples.has(kind)) examples.set(kind, sentence);
  }
  return [...examples.values()];
}
