import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../../../shared/captures/receivers');
const missing = existsSync(folder) ? undefined : 'there is no ../shared/captures/receivers';

/** One response of a real receiver, as it came over the wire. */
export interface RecordedAnswer {
  /** Path in the folder, such as `cortex/01-success-2.0.http`. */
  readonly name: string;
  readonly message: '1.0' | '2.0';
  /** Number of samples in the request that it answers. */
  readonly samples: number;
  readonly bytes: Buffer;
}

/**
 * Responses recorded with real receivers, which are not part of the repository. Tests that need them are
 * skipped if the folder does not exist.
 */
export const recordedAnswers = {
  missing,
  /** Suffix for test titles: the reason if the tests are skipped. */
  note: missing === undefined ? '' : ` (skipped: ${missing})`,
  all: missing === undefined ? readAll() : [],
};

function readAll(): RecordedAnswer[] {
  const readme = readFileSync(resolve(folder, 'README.md'), 'utf8');
  return [...answersOf(readme)];
}

/** Reads the tables of the README: file, message, samples sent. */
function* answersOf(readme: string): Generator<RecordedAnswer> {
  let receiver = '';
  for (const line of readme.split('\n')) {
    receiver = /^## (\S+)$/.exec(line)?.[1] ?? receiver;
    const [, file] = /^\| (\S+\.http) \|/.exec(line) ?? [];
    if (file === undefined) continue;
    const [, message, sent] = /^\| \S+ \| ([12]\.0) \| (\d+) \|/.exec(line) ?? [];
    const name = `${receiver}/${file}`;
    yield {
      name,
      message: message === '1.0' ? '1.0' : '2.0',
      samples: Number(sent ?? 5),
      bytes: readFileSync(resolve(folder, name)),
    };
  }
}
