/** A reproducible stream of choices: the same scope always yields the same ones. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole number in [0, limit). */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Picks a key with a probability proportional to its value. */
  weighted<K extends string>(weights: ReadonlyMap<K, number>): K;
  hex(length: number): string;
}

/**
 * Creates the stream for a cluster, an image or a package. Each has its own, so adding an image or
 * reading images in another order does not change other images.
 */
export function randomFor(...scope: readonly (string | number)[]): Random {
  const next = mulberry32(hash32(scope.join('/')));

  function below(limit: number): number {
    return Math.floor(next() * limit);
  }

  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => elementAt(items, below(items.length)),
    weighted: (weights) => pickWeighted(weights, next()),
    hex: (length) => Array.from({ length }, () => below(16).toString(16)).join(''),
  };
}

/** FNV-1a. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

export function elementAt<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no element ${index} among ${items.length}`);
  return item;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pickWeighted<K extends string>(weights: ReadonlyMap<K, number>, roll: number): K {
  let total = 0;
  for (const weight of weights.values()) total += weight;

  let left = roll * total;
  for (const [key, weight] of weights) {
    left -= weight;
    if (left < 0) return key;
  }
  throw new RangeError('nothing to pick: all weights are zero');
}
