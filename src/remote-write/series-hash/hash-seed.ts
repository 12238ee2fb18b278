import { randomBytes } from 'node:crypto';

/** Two halves of 32 bits, from which hashing starts. */
export interface HashSeed {
  readonly high: number;
  readonly low: number;
}

/** For hashes that earlier versions have stored. */
export const noSeed: HashSeed = { high: 0, low: 0 };

/** An attacker who does not know the seed cannot choose names whose series have the same hash. */
export function createHashSeed(): HashSeed {
  const bytes = randomBytes(8);
  return { high: bytes.readInt32LE(0), low: bytes.readInt32LE(4) };
}
