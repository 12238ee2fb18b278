import { gzipSync } from 'node:zlib';

import { type Random, randomFor } from '../cluster-generator/random.ts';

/** A changed document. A seed and the original document determine the changes. */
export interface Mutant {
  readonly bytes: Buffer;
  /** Extension of the file's name. */
  readonly ending: string;
}

const MAX_CHANGES = 5;

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const mutations: readonly Mutation[] = [
  flipBits,
  truncate,
  repeatPart,
  removePart,
  insertToken,
  insertToken,
  nest,
  replaceNumber,
  duplicateKey,
  replaceText,
];

const endings = ['json', 'json', 'json', 'yaml', 'ndjson', 'json.gz'] as const;

export function mutate(documents: readonly Buffer[], seed: string): Mutant {
  const random = randomFor(seed);
  let bytes = random.pick(documents);
  const changes = 1 + random.below(MAX_CHANGES);
  for (let change = 0; change < changes; change++) bytes = random.pick(mutations)(bytes, random);
  if (random.chance(0.03)) bytes = Buffer.from(`\uFEFF${bytes.toString()}`, 'utf16le');
  const ending = random.pick(endings);
  if (ending !== 'json.gz') return { bytes, ending };
  const packed = gzipSync(bytes, { level: 1 });
  return { bytes: random.chance(0.2) ? flipBits(packed, random) : packed, ending };
}

function flipBits(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  for (let flips = 1 + random.below(8); flips > 0 && changed.length > 0; flips--) {
    const index = random.below(changed.length);
    // eslint-disable-next-line no-bitwise -- the purpose of the function
    changed[index] = (changed[index] ?? 0) ^ (1 << random.below(8));
  }
  return changed;
}

function truncate(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

function repeatPart(bytes: Buffer, random: Random): Buffer {
  const start = random.below(bytes.length + 1);
  const part = bytes.subarray(start, start + random.below(500));
  return insert(bytes, start, Buffer.concat(Array.from({ length: random.below(40) }, () => part)));
}

function removePart(bytes: Buffer, random: Random): Buffer {
  const start = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + random.below(500))]);
}

const tokens = [
  ...['{', '}', '[', ']', '"', '\\', ',', ':', '\n', 'null', 'true', '\0', '\u001b[2J', '\uFEFF'],
  ...[
    '---\n',
    '...\n',
    '&a ',
    '*a ',
    '!!binary ',
    '? ',
    '- ',
    '|',
    '>',
    '%YAML 1.2\n',
    '#',
    '<<: ',
  ],
  ...[
    '{"items":[',
    '],"kind":"List"}',
    '"kind":"VulnerabilityManifest",',
    '"__proto__":',
    '\ud800',
  ],
];

function insertToken(bytes: Buffer, random: Random): Buffer {
  const token = Buffer.from(random.pick(tokens).repeat(1 + random.below(3)));
  return insert(bytes, random.below(bytes.length + 1), token);
}

/** Adds up to twenty thousand levels of nesting. */
function nest(bytes: Buffer, random: Random): Buffer {
  const opening = random.pick(['[', '{"a":', '[{"a":', '- ', '? ']);
  const nested = Buffer.from(opening.repeat(1 + random.below(20_000)));
  return insert(bytes, random.below(bytes.length + 1), nested);
}

const numbers = ['1e999', '-1e999', '1e-999', '-0', '0x10', '.inf', '9007199254740993', '1e308'];

function replaceNumber(bytes: Buffer, random: Random): Buffer {
  const huge = random.chance(0.2) ? '9'.repeat(random.below(100_000)) : random.pick(numbers);
  return replaceNth(bytes, /(?<=:)-?\d[\d.]*/g, { random, by: () => huge });
}

function duplicateKey(bytes: Buffer, random: Random): Buffer {
  const value = random.pick(['null', '1', '"x"', '[]', '{}']);
  return replaceNth(bytes, /"[^"\\]{1,40}":/g, {
    random,
    by: (key) => `${key}${value},${key}`,
  });
}

function replaceText(bytes: Buffer, random: Random): Buffer {
  const text = random.pick([
    '',
    'x'.repeat(50_000),
    '\\u001b[2J\\n',
    '\\ud800',
    '2099-13-45',
    '@:/',
  ]);
  return replaceNth(bytes, /"[^"\\]{0,200}"/g, { random, by: () => `"${text}"` });
}

interface Replacement {
  readonly random: Random;
  readonly by: (found: string) => string;
}

function replaceNth(bytes: Buffer, pattern: RegExp, { random, by }: Replacement): Buffer {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return bytes;
  const { index, 0: match } = random.pick(found);
  const rest = text.slice(index + match.length);
  return Buffer.from(`${text.slice(0, index)}${by(match)}${rest}`, 'latin1');
}

function insert(bytes: Buffer, index: number, added: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, index), added, bytes.subarray(index)]);
}
