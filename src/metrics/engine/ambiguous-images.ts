import type { ScanInventory, ScanTarget } from '../../model/image-scan.ts';

/** Keys of images that another image has as well, so that the values of both add up to one series. */
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
