import type { CachedScan } from './findings-cache.ts';
import type { TextAt, TextRecord } from './text-records.ts';

type Scans = ReadonlyMap<string, CachedScan>;

/** Texts of what `writeScan` gives. */
export const SCAN_TEXTS = 5;

/** All of a scan but its findings, of which it has the number of words. */
interface KeptScan extends Omit<CachedScan, 'findings'> {
  readonly name: string;
  readonly words: number;
}

export function writeScan([name, scan]: readonly [string, CachedScan]): TextRecord {
  const { changeKey, findings, databaseBuiltAtSeconds, oddSeverities } = scan;
  const builtAt = databaseBuiltAtSeconds === undefined ? undefined : String(databaseBuiltAtSeconds);
  return [name, changeKey, String(findings.length), builtAt, String(oddSeverities)];
}

export function readScanRecord(textAt: TextAt): KeptScan {
  const builtAt = textAt(3);
  return {
    name: textAt(0) ?? '',
    changeKey: textAt(1) ?? '',
    words: Number(textAt(2)),
    databaseBuiltAtSeconds: builtAt === undefined ? undefined : Number(builtAt),
    oddSeverities: Number(textAt(4)),
  };
}

/** The findings of all scans lie one behind the other. */
export function withFindings(kept: readonly KeptScan[], all: Uint32Array): Scans {
  let start = 0;
  const scans = new Map<string, CachedScan>();
  for (const { name, words, ...scan } of kept) {
    scans.set(name, { ...scan, findings: all.subarray(start, start + words) });
    start += words;
  }
  return scans;
}
