import protobuf from 'protobufjs/minimal.js';

import { FIELD_LABEL, FIELD_LABEL_NAME, FIELD_LABEL_VALUE } from './fields-v1.ts';

/** About 20 MB at 50 bytes a label; a scan has far fewer distinct pairs than series. */
const MAX_LABELS = 100_000;

/**
 * Encoded `Label` fields of remote write 1.0, each with its tag and length. Encoding a name and a
 * value costs several times more than copying the bytes, and pairs recur in thousands of series.
 */
export class LabelCache {
  readonly #maxLabels: number;
  readonly #byName = new Map<string, Map<string, Uint8Array>>();
  #size = 0;

  constructor(maxLabels: number = MAX_LABELS) {
    this.#maxLabels = maxLabels;
  }

  get(name: string, value: string): Uint8Array {
    return this.#byName.get(name)?.get(value) ?? this.#add(name, value);
  }

  #add(name: string, value: string): Uint8Array {
    if (this.#size === this.#maxLabels) this.#clear();
    const bytes = encodeLabel(name, value);
    const byValue = this.#byName.get(name);
    if (byValue) byValue.set(value, bytes);
    else this.#byName.set(name, new Map([[value, bytes]]));
    this.#size++;
    return bytes;
  }

  /** Starting over is cheaper than to keep track of what was used last. */
  #clear(): void {
    this.#byName.clear();
    this.#size = 0;
  }
}

/** `Buffer.from` turns lone surrogates into U+FFFD, where the writer would emit illegal UTF-8. */
function encodeLabel(name: string, value: string): Uint8Array {
  return protobuf.Writer.create()
    .uint32(FIELD_LABEL)
    .fork()
    .uint32(FIELD_LABEL_NAME)
    .bytes(Buffer.from(name))
    .uint32(FIELD_LABEL_VALUE)
    .bytes(Buffer.from(value))
    .ldelim()
    .finish();
}
