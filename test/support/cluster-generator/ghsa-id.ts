import type { Random } from './random.ts';

/** GitHub omits characters that are easily misread. */
const GHSA_DIGITS = '23456789cfghjmpqrvwx';

export function ghsaId(random: Random): string {
  return `GHSA-${ghsaPart(random)}-${ghsaPart(random)}-${ghsaPart(random)}`;
}

function ghsaPart(random: Random): string {
  const digits = Array.from({ length: 4 }, () =>
    GHSA_DIGITS.charAt(random.below(GHSA_DIGITS.length)),
  );
  return digits.join('');
}
