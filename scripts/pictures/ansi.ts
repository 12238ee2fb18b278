export interface Span {
  readonly text: string;
  /** Active SGR codes, such as 1 (bold) or 31 (red). */
  readonly codes: ReadonlySet<number>;
}

/** Selects the codes that each reset code switches off. */
const RESETS: Readonly<Record<number, (code: number) => boolean>> = {
  0: () => true,
  22: (code) => code === 1 || code === 2,
  39: (code) => code >= 30,
};

/** Splits a line into spans of equal style. Supports colors, bold and dim. */
export function parseAnsiLine(line: string): Span[] {
  let codes: ReadonlySet<number> = new Set();
  // Every second piece is a code, because split() keeps the captured group.
  // oxlint-disable-next-line no-control-regex
  return line.split(/\u001B\[(\d+)m/).flatMap((piece, index) => {
    if (index % 2 === 0) return piece === '' ? [] : [{ text: piece, codes }];
    codes = applyCode(codes, Number(piece));
    return [];
  });
}

function applyCode(codes: ReadonlySet<number>, code: number): ReadonlySet<number> {
  const isReset = RESETS[code];
  if (isReset === undefined) return new Set([...codes, code]);
  return new Set([...codes].filter((active) => !isReset(active)));
}
