import type { WriteStream } from 'node:tty';

export interface Terminal {
  /** Maximum line length. */
  readonly columns: number;
  readonly colours: boolean;
}

/** Line length for pipes and files. */
const DEFAULT_COLUMNS = 80;

/** Follows https://no-color.org: any value of NO_COLOR turns colors off. */
export function describeTerminal(
  stream: Pick<WriteStream, 'columns'> & { readonly isTTY?: boolean },
): Terminal {
  const plain = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  return { columns: stream.columns || DEFAULT_COLUMNS, colours: stream.isTTY === true && !plain };
}
