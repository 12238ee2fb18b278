import type { FlavourId } from '../read-dashboard.ts';
import { type AlertCase, storedAs } from './alert-case.ts';
import { findingCases } from './findings.ts';
import { pushingCases } from './pushing.ts';
import { scanningCases } from './scanning.ts';
import { behindAgent, silentAgent, silentCronjob } from './silent.ts';

/** Each alert, firing and not firing. */
export function alertCases(flavour: FlavourId): readonly AlertCase[] {
  const days = storedAs[flavour];
  return [
    ...(flavour === 'agent' ? [...silentAgent, ...behindAgent] : silentCronjob),
    ...pushingCases(days, flavour),
    ...scanningCases(days),
    ...findingCases(days),
  ];
}
