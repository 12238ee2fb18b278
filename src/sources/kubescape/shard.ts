import { createHash } from 'node:crypto';

/** The part of the images that this process reads. */
export interface Shard {
  /** Starts at 0. */
  readonly index: number;
  readonly count: number;
}

/**
 * Assigns a name to a shard by rendezvous hashing (Thaler and Ravishankar, 1998): each shard has a
 * weight for the name, and the highest wins. Going from n to n + 1 shards moves only the names that
 * the new shard wins, 1 / (n + 1) of them.
 */
export function shardOf(name: string, count: number): number {
  let owner = 0;
  let highest = -1;
  for (let index = 0; index < count; index++) {
    const weight = weightOf(name, index);
    if (weight > highest) {
      highest = weight;
      owner = index;
    }
  }
  return owner;
}

/** Always true without shards. */
export function isInShard(shard: Shard | undefined, name: string): boolean {
  return shard === undefined || shardOf(name, shard.count) === shard.index;
}

/** 48 bits: exact as a number, and ties are practically impossible. */
function weightOf(name: string, index: number): number {
  const digest = createHash('sha256').update(`${index}\0${name}`).digest();
  return digest.readUIntBE(0, 6);
}
