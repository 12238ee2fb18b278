import type { WriteStream } from 'node:tty';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { describeTerminal } from './terminal.ts';

afterEach(() => vi.unstubAllEnvs());

interface ColourCase {
  readonly noColor: string;
  readonly term: string;
  readonly colours: boolean;
}

describe('describeTerminal', () => {
  it.each`
    noColor | term       | colours
    ${''}   | ${'xterm'} | ${true}
    ${''}   | ${''}      | ${true}
    ${'1'}  | ${'xterm'} | ${false}
    ${'0'}  | ${'xterm'} | ${false}
    ${''}   | ${'dumb'}  | ${false}
  `('has colours where NO_COLOR=$noColor TERM=$term: $colours', (row: ColourCase) => {
    vi.stubEnv('NO_COLOR', row.noColor);
    vi.stubEnv('TERM', row.term);

    expect(describeTerminal(createStream({ isTTY: true, columns: 100 }))).toEqual({
      columns: 100,
      colours: row.colours,
    });
  });

  it.each([undefined, 0])('is 80 columns wide if the stream reports %o', (columns) => {
    expect(describeTerminal(createStream({ isTTY: true, columns })).columns).toBe(80);
  });

  // Must be false: with undefined, picocolors decides by the variable CI and by standard output.
  it('uses no colours if the stream is not a terminal', () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('TERM', 'xterm');

    expect(describeTerminal(createStream({ isTTY: undefined })).colours).toBe(false);
  });
});

/** Standard output with other properties. A pipe has no `isTTY`. */
function createStream(properties: Readonly<Record<string, unknown>>): WriteStream {
  return new Proxy(process.stdout, {
    get: (target, key): unknown =>
      typeof key === 'string' && key in properties ? properties[key] : Reflect.get(target, key),
  });
}
