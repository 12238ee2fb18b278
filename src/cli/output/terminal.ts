import type { WriteStream } from 'node:tty';

/** What a table needs to know of where it is printed. */
export interface Terminal {
  /** Columns that a line may have. */
  readonly columns: number;
  readonly colours: boolean;
}

/** As wide as a terminal is by tradition, and as what a pipe ends up in mostly is. */
const DEFAULT_COLUMNS = 80;

/** https://no-color.org: any value of NO_COLOR means no colours. */
export function describeTerminal(
  stream: Pick<WriteStream, 'columns'> & { readonly isTTY?: boolean },
): Terminal {
  const plain = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  return { columns: stream.columns || DEFAULT_COLUMNS, colours: stream.isTTY === true && !plain };
}
