import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readMarkdown, root } from './markdown-files.ts';

/** Shorter parts of a message match by chance. */
const MIN_PART_LENGTH = 5;

const source = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');

const messages = Array.from(
  readMarkdown('docs/troubleshooting.md').matchAll(/^### `(.+)`$/gm),
  ([, message = '']) => message,
);

describe('docs/troubleshooting.md', () => {
  it.each(messages)('explains an existing message: %s', (message) => {
    const parts = message.split('…').filter((part) => part.trim().length >= MIN_PART_LENGTH);

    expect(parts.length).toBeGreaterThan(0);
    // The program inserts the status code.
    const missing = parts.filter((part) => !source.includes(part.replace(/ \d{3} /, ' ').trim()));
    expect(missing).toEqual([]);
  });

  it('explains more than 20 messages', () => {
    expect(messages.length).toBeGreaterThan(20);
  });
});
