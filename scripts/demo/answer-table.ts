import type { QueriedSample } from '../../test/support/real-servers/query-api.ts';

const INDENT = '  ';
const GAP = '  ';

/** Formats samples as a table with one row per series, one column per label, and the value in the last column. */
export function formatAnswer(samples: readonly QueriedSample[], width: number): string {
  const labels = [...new Set(samples.flatMap((sample) => Object.keys(sample.labels)))];
  const columns = labels.filter((label) => label !== '__name__');
  const header = [...columns, 'value'];
  const body = samples.map((sample) => [
    ...columns.map((column) => sample.labels[column] ?? ''),
    String(sample.value),
  ]);
  const rows = [header, ...body];
  const widths = header.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const fitted = fit(widths, width - INDENT.length);
  return rows.map((row) => INDENT + formatRow(row, fitted)).join('\n');
}

export function indent(text: string): string {
  return text.trim().replaceAll(/^/gm, INDENT);
}

function formatRow(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, column) => {
    const width = widths[column] ?? cell.length;
    const text = cell.length > width ? `…${cell.slice(cell.length - width + 1)}` : cell;
    return column === cells.length - 1 ? text.padStart(width) : text.padEnd(width);
  });
  return padded.join(GAP);
}

/** Narrows the widest column until the row fits. */
function fit(widths: readonly number[], available: number): readonly number[] {
  const fitted = [...widths];
  const gaps = GAP.length * (fitted.length - 1);
  while (gaps + sum(fitted) > available) {
    const widest = fitted.indexOf(Math.max(...fitted));
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return fitted;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
