import protobuf from 'protobufjs/minimal.js';

import { isLabelName, isMetricName, METRIC_NAME } from '../labels/labels.ts';
import { FIELD_LABEL, FIELD_LABEL_NAME, FIELD_LABEL_VALUE } from './fields-v1.ts';

/** About 20 MB at 50 bytes per label. A scan has far fewer distinct labels than series. */
const MAX_LABELS = 100_000;

/**
 * Cache of encoded 1.0 `Label` fields with tag and length. Encoding a label costs several times more than
 * copying its bytes, and labels recur in thousands of series.
 */
export class LabelCache {
  readonly #maxLabels: number;
  readonly #byName = new Map<string, Map<string, Uint8Array>>();
  #size = 0;

  constructor(maxLabels: number = MAX_LABELS) {
    this.#maxLabels = maxLabels;
  }

  /** Returns undefined for a name that 1.0 does not allow. */
  get(name: string, value: string): Uint8Array | undefined {
    return this.#byName.get(name)?.get(value) ?? this.#add(name, value);
  }

  #add(name: string, value: string): Uint8Array | undefined {
    if (!isAllowed(name, value)) return undefined;
    if (this.#size === this.#maxLabels) this.#clear();
    const bytes = encodeLabel(name, value);
    const byValue = this.#byName.get(name);
    if (byValue) byValue.set(value, bytes);
    else this.#byName.set(name, new Map([[value, bytes]]));
    this.#size++;
    return bytes;
  }

  /** Clearing the cache is cheaper than tracking the last use. */
  #clear(): void {
    this.#byName.clear();
    this.#size = 0;
  }
}

function isAllowed(name: string, value: string): boolean {
  return name === METRIC_NAME ? isMetricName(value) : isLabelName(name);
}

/** `Buffer.from` replaces lone surrogates with U+FFFD. The writer would emit invalid UTF-8. */
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
