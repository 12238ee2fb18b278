type Row = readonly string[];

/** Renders a table in Markdown. */
export function markdownTable(head: Row, rows: readonly Row[]): string {
  return renderRows([head, head.map(() => '---'), ...rows.map((cells) => cells.map(escapeCell))]);
}

/** Renders a table whose columns are aligned in plain text, except for the last one, which contains sentences. */
export function alignedTable(head: Row, rows: readonly Row[]): string {
  const cells = [head, ...rows.map((row) => row.map(escapeCell))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const last = head.length - 1;
  const [first = [], ...others] = cells.map((row) =>
    row.map((cell, column) => (column === last ? cell : cell.padEnd(widths[column] ?? 0))),
  );
  const rule = head.map((cell, column) =>
    '-'.repeat(column === last ? cell.length : (widths[column] ?? 0)),
  );
  return renderRows([first, rule, ...others]);
}

export function code(text: string): string {
  return `\`${text}\``;
}

function renderRows(rows: readonly Row[]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** Escapes bars and line breaks, which would end the cell. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
