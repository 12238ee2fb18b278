import { createHash } from 'node:crypto';

/** Which part of the images this process reads. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/**
 * The shard that a name belongs to, by rendezvous hashing (Thaler and Ravishankar, 1998): each
 * shard draws a weight for the name, the highest wins. From n to n + 1 shards only the names that
 * the new one wins move, 1 / (n + 1) of them.
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

export function isOwn(shard: Shard | undefined, name: string): boolean {
  return shard === undefined || shardOf(name, shard.count) === shard.index;
}

/** 48 bits are exact in a number, and enough to never tie. */
function weightOf(name: string, index: number): number {
  const digest = createHash('sha256').update(`${index}\0${name}`).digest();
  return digest.readUIntBE(0, 6);
}
