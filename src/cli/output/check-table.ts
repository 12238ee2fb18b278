import type { Writable } from 'node:stream';

import pc from 'picocolors';

import type { Check } from '../../model/check.ts';
import { toPrintable } from '../../model/printable.ts';
import type { Terminal } from './terminal.ts';

const words = { ok: 'ok', warning: 'WARN', failed: 'FAIL' } as const;
const colours = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

const STATUS_COLUMNS = 6;
const INDENT = ' '.repeat(STATUS_COLUMNS);

/** Prints each check as soon as it is done. Long findings continue on indented lines. */
export class CheckTable {
  readonly #stream: Writable;
  readonly #terminal: Terminal;

  constructor(stream: Writable, terminal: Terminal) {
    this.#stream = stream;
    this.#terminal = terminal;
  }

  add({ subject, status, finding }: Check): void {
    const paint = pc.createColors(this.#terminal.colours);
    const word = paint[colours[status]](words[status].padEnd(STATUS_COLUMNS));
    const text = toPrintable(finding);
    const oneLine = `${subject}: ${text}`;
    const room = this.#terminal.columns - STATUS_COLUMNS;
    const lines =
      oneLine.length <= room ? oneLine : [`${subject}:`, ...wrap(text, room)].join(`\n${INDENT}`);
    this.#stream.write(`${word}${lines}\n`);
  }
}

/** Breaks lines between words. A word that is too long gets its own line. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
