import type { ScanInventory, ScanTarget } from '../../model/image-scan.ts';

/** Finds keys that several images share, so that their values add up to one series. */
export function findAmbiguousImages(
  { targets, unscanned, dangling = [] }: ScanInventory,
  keyOf: (target: ScanTarget) => string,
): ReadonlySet<string> {
  const seen = new Set<string>();
  const ambiguous = new Set<string>();
  for (const target of [...targets, ...unscanned, ...dangling]) {
    const key = keyOf(target);
    if (seen.has(key)) ambiguous.add(key);
    seen.add(key);
  }
  return ambiguous;
}
