import { readFileSync, statSync } from 'node:fs';

import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Document,
  YAMLParseError,
} from 'yaml';

import { ConfigError } from './config-error.ts';

const MAX_FILE_BYTES = 4 * 2 ** 20;

export type RawObject = Record<string, unknown>;
export type KeyPath = readonly PropertyKey[];

/** A configuration file with the positions of its values. */
export class ConfigFile {
  readonly path: string;
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #content: RawObject;

  /** @throws {ConfigError} The file is missing, too large, not YAML, or not a block of keys and values. */
  constructor(path: string) {
    this.path = path;
    this.#lines = new LineCounter();
    try {
      this.#document = parseYaml(path, this.#lines);
      const content: unknown = this.#document.toJS({ maxAliasCount: 100 }) ?? {};
      if (!isObject(content)) throw new ConfigError('it must contain keys and values');
      this.#content = content;
    } catch (error) {
      throw new ConfigError(`cannot read configuration file ${path}: ${reasonOf(error)}`);
    }
  }

  /** Returns a copy of the content. Leaves out keys without a value, because they mean the default. */
  read(): RawObject {
    return withoutNulls(this.#content);
  }

  /** Returns the position of the value, or of the closest block around it, such as `config.yaml:3:7`. */
  locate(path: KeyPath): string {
    const offset = this.#offsetOf(path);
    if (offset === undefined) return this.path;
    const { line, col } = this.#lines.linePos(offset);
    return `${this.path}:${line}:${col}`;
  }

  /** Returns the text of a scalar as written in the file, without quotes. */
  textAt(path: KeyPath): string | undefined {
    let node: unknown = this.#document.contents;
    for (const key of path) node = this.#valueOf(node, key);
    const value = this.#resolve(node);
    return isScalar(value) ? value.source : undefined;
  }

  #offsetOf(path: KeyPath): number | undefined {
    let node: unknown = this.#document.contents;
    let offset: number | undefined;
    for (const key of path) {
      offset = this.#keyOffset(node, key) ?? offset;
      node = this.#valueOf(node, key);
    }
    return offset;
  }

  #valueOf(node: unknown, key: PropertyKey): unknown {
    const block = this.#resolve(node);
    if (isSeq(block)) return block.items[Number(key)];
    return isMap(block) ? findPair(block.items, key)?.value : undefined;
  }

  /** Returns the offset of an entry's key, or of an item in a list. */
  #keyOffset(node: unknown, key: PropertyKey): number | undefined {
    const block = this.#resolve(node);
    const found = isSeq(block)
      ? block.items[Number(key)]
      : isMap(block) && findPair(block.items, key)?.key;
    return rangeOf(found)?.[0];
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }
}

function findPair(items: readonly unknown[], key: PropertyKey) {
  return items.filter((item) => isPair(item)).find(({ key: own }) => nameOf(own) === String(key));
}

function nameOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function rangeOf(node: unknown): Node['range'] {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
}

function parseYaml(path: string, lineCounter: LineCounter): Document {
  if (statSync(path).size > MAX_FILE_BYTES) throw new Error('it is larger than 4 MiB');
  const text = readFileSync(path, 'utf8');
  const document = parseDocument(text, { lineCounter, merge: true, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return document;
}

/** Reports only the position, because the parser's message quotes the text, which may be a secret. */
function reasonOf(error: unknown): string {
  if (error instanceof YAMLParseError) {
    const { line = 0, col = 0 } = error.linePos?.[0] ?? {};
    return `invalid YAML at line ${line}, column ${col} (${error.code})`;
  }
  if (error instanceof ReferenceError) {
    return error.message.startsWith('Excessive')
      ? 'its YAML aliases expand to too many values'
      : 'a YAML alias (*name) has no anchor; put a text that starts with * in quotes';
  }
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line;
}

function withoutNulls(block: RawObject): RawObject {
  const entries = Object.entries(block).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, cleanValue(value)]));
}

function cleanValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleanValue);
  return isObject(value) ? withoutNulls(value) : value;
}

export function isObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
